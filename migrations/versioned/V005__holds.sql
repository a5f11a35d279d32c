-- What is held is neither archived nor purged nor expired until the hold ends.
CREATE TABLE archive.holds (
  hold_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  policy text NOT NULL,
  kind text NOT NULL DEFAULT 'legal' CHECK (kind IN ('legal', 'restore')),
  from_time timestamptz,
  to_time timestamptz,
  position smallint NOT NULL DEFAULT 0,
  matching jsonb CHECK (jsonb_typeof(matching) = 'object' AND matching <> '{}'),
  until timestamptz,
  reason text NOT NULL CHECK (btrim(reason) <> ''),
  made_by name NOT NULL DEFAULT session_user,
  made_at timestamptz NOT NULL DEFAULT now(),
  released_by name,
  released_at timestamptz,
  FOREIGN KEY (policy, position) REFERENCES archive.policy_tables (policy, position) ON UPDATE CASCADE,
  CONSTRAINT holds_range_is_not_empty CHECK (from_time < to_time),
  CONSTRAINT holds_release_is_whole CHECK ((released_by IS NULL) = (released_at IS NULL))
);
CREATE INDEX ix_holds_policy ON archive.holds (policy) WHERE released_at IS NULL;
COMMENT ON TABLE archive.holds IS
  'Rows of a policy that are to stay where they are: neither archived nor purged nor expired';
COMMENT ON COLUMN archive.holds.kind IS 'legal: made by a person; restore: made with the rows that were restored';
COMMENT ON COLUMN archive.holds.from_time IS 'first instant, by the policy''s time column; null from the beginning';
COMMENT ON COLUMN archive.holds.to_time IS 'first instant that is not held any more; null to the end';
COMMENT ON COLUMN archive.holds.position IS
  'which table of the policy matching is about; where a descendant matches, its root stays, and the family with it';
COMMENT ON COLUMN archive.holds.matching IS
  'column and value: only rows that have all of these values are held; null holds all of the range';
COMMENT ON COLUMN archive.holds.until IS 'when the hold ends by itself; null when it is released';

CREATE VIEW archive.active_holds AS
SELECT h.hold_id, p.policy_id, h.policy, h.kind,
  coalesce(h.from_time, '-infinity') AS from_time, coalesce(h.to_time, 'infinity') AS to_time,
  h.position, h.matching, h.until, h.reason, h.made_by, h.made_at
FROM archive.holds h
JOIN archive.policies p ON p.name = h.policy
WHERE h.released_at IS NULL
  -- a rehearsal in the future ends no hold
  AND (h.until IS NULL OR h.until > least(archive.clock(), now()));
COMMENT ON VIEW archive.active_holds IS 'Holds that neither were released nor have ended';

-- A live table may stand in several policies, in a former one that rests, for example. What is held in one is held in all.
CREATE VIEW archive.binding_holds AS
SELECT h.hold_id, bound.policy_id, h.kind,
  CASE WHEN root.is_same THEN h.from_time ELSE '-infinity' END AS from_time,
  CASE WHEN root.is_same THEN h.to_time ELSE 'infinity' END AS to_time,
  t.position, h.matching, h.until, h.reason, h.made_at
FROM archive.active_holds h
JOIN archive.policies of ON of.policy_id = h.policy_id
JOIN archive.policy_tables held ON held.policy = h.policy AND held.position = h.position
JOIN archive.policy_tables t ON (t.source_schema, t.source_table) = (held.source_schema, held.source_table)
JOIN archive.policies bound ON bound.name = t.policy
CROSS JOIN LATERAL (
  -- where the policies age by different columns, the range says nothing
  SELECT bound.policy_id = of.policy_id OR bound.time_column = of.time_column AND EXISTS (
    SELECT FROM archive.policy_tables a, archive.policy_tables b
    WHERE (a.policy, a.position) = (of.name, 0) AND (b.policy, b.position) = (bound.name, 0)
      AND (a.source_schema, a.source_table) = (b.source_schema, b.source_table)) AS is_same
) AS root;
COMMENT ON VIEW archive.binding_holds IS
  'Active holds by the policies that they bind: their own, and every other that has the same live table';

-- A transaction that moves rows takes the policy's second lock shared before it looks at the holds.
-- So when a hold is committed, nothing that did not see it is still at work.
CREATE FUNCTION archive.lock_holds()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  held text := CASE TG_OP WHEN 'DELETE' THEN OLD.policy ELSE NEW.policy END;
  bound archive.policies;
  patience text := current_setting('lock_timeout');
BEGIN
  -- Anybody who may connect can take an advisory lock and keep it.
  IF (SELECT s.setting = '0' FROM pg_settings s WHERE s.name = 'lock_timeout') THEN
    PERFORM set_config('lock_timeout', '1min', true);
  END IF;
  FOR bound IN
    SELECT p.*
    FROM archive.policies p
    WHERE p.name = held OR p.name IN (
      SELECT t.policy
      FROM archive.policy_tables of JOIN archive.policy_tables t
        ON (t.source_schema, t.source_table) = (of.source_schema, of.source_table)
      WHERE of.policy = held)
    ORDER BY p.policy_id
  LOOP
    BEGIN
      PERFORM pg_advisory_xact_lock(1095910217, bound.policy_id);
    EXCEPTION WHEN lock_not_available THEN
      RAISE EXCEPTION USING ERRCODE = '55P03',
        MESSAGE = format('the holds of policy "%s" are locked by %s', bound.name, (
          SELECT coalesce(string_agg(format('process %s of role %s', l.pid, a.usename), ', '), 'others')
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
          WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
            AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
            AND l.classid = 1095910217 AND l.objid = bound.policy_id)),
        HINT = 'Nothing was changed. If that is a job of Archivist, try again when its batch is done; if not, have the session ended.';
    END;
  END LOOP;
  PERFORM set_config('lock_timeout', patience, true);
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
COMMENT ON FUNCTION archive.lock_holds() IS 'Trigger: whoever makes, changes or releases a hold waits for the batch in hand, for a minute where lock_timeout says nothing (55P03 then)';
CREATE TRIGGER lock_holds BEFORE INSERT OR UPDATE OR DELETE ON archive.holds
  FOR EACH ROW EXECUTE FUNCTION archive.lock_holds();
