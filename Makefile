# Thin names for what is done daily; everything works without make too.
.DEFAULT_GOAL := help
.PHONY: help demo test verify format clean

help: ## list these
	@sed -n 's/^\([a-z]*\): ## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-8s %s\n", $$1, $$2 }'

demo: ## three believable years, archived before your eyes (state: .archivist/)
	./archivist demo

test: ## build what one class of tests needs, and run it: make test T=OffloadTest
	@file=$$(find . -path '*/src/test/java/*/$(firstword $(subst \#, ,$(T))).java' -not -path '*/target/*'); \
	[ -n "$$file" ] || { echo 'usage: make test T=Class, or T=Class#test' >&2; exit 2; }; \
	./mvnw -B -ntp -pl "$$(echo "$$file" | cut -d / -f 2)" -am package \
		'-Dtest=$(T)' -Dsurefire.failIfNoSpecifiedTests=false

verify: ## build, test, check formatting and architecture
	./mvnw verify

format: ## format the Java sources
	./mvnw -q spotless:apply

clean: ## delete what was built; .archivist/ with its data stays
	./mvnw -q clean
