-- From the ledger: exact, and its cost grows with the number of months, not of rows.
CREATE OR REPLACE VIEW "${app_schema}".v_archive_statistics WITH (security_invoker = true) AS
SELECT p.name AS archive_type,
  coalesce(sum(l.rows), 0)::bigint AS total_records,
  min(l.oldest) AS oldest_record,
  max(l.newest) AS newest_record,
  coalesce(sum(l.bytes), 0)::bigint AS total_bytes
FROM archive.policies p
LEFT JOIN archive.ledger l ON l.policy = p.name AND l.rows > 0
GROUP BY p.policy_id, p.name
ORDER BY p.policy_id;
ALTER VIEW "${app_schema}".v_archive_statistics OWNER TO archive_engine;
GRANT SELECT ON "${app_schema}".v_archive_statistics TO archive_owner;
GRANT SELECT ON "${app_schema}".v_archive_statistics TO archive_operator, archive_reader;
COMMENT ON VIEW "${app_schema}".v_archive_statistics IS 'What the archive holds, a row for each policy, from the ledger';
