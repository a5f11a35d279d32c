SELECT archive.hold(policy => ?, from_time => ?::timestamptz, to_time => ?::timestamptz,
  until => {clock} + interval '30 days', reason => ?, kind => 'restore')::text
