-- What is told to others of each change of state. The steps say all of it already, so nothing is stored twice.
create view outbox_events with (security_invoker = true) as
  select s.seq as id, s.project_id, o.kind || '.' || s.to_state as type, s.operation_id,
      jsonb_build_object('operation', s.operation_id, 'step', s.step, 'from', s.from_state, 'to', s.to_state,
        'refusal', s.refusal) as payload,
      s.at as created_at
    from steps s join operations o on o.id = s.operation_id where s.from_state <> s.to_state;
