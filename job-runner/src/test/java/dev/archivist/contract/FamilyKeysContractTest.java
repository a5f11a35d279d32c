package dev.archivist.contract;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FamilyKeysContractTest {
  @Nested
  class OnRunner extends FamilyKeysContract implements HostedByRunner {
    @ParameterizedTest
    @MethodSource("dev.archivist.contract.FamilyKeysContract#moreKeys")
    void soIsAFamilyOfAnyOtherType(
        String parent, String child, String key, List<String> referring) {
      aFamilyIsWhatTheForeignKeySays(parent, child, key, referring);
    }
  }

  @Nested
  class InDatabase extends FamilyKeysContract implements HostedByDatabase {}
}
