-- The sandbox's models that work on files: like the others they cost us nothing and are charged like a real provider's.

insert into public.pricing (provider, model, component, unit, unit_size, dimensions, cost_usd_micros, credits_per_unit, source) values
  ('sandbox', 'sandbox/edit', 'output', 'image', 1, '{}', 0, 6, 'our own'),
  ('sandbox', 'sandbox/expand', 'output', 'image', 1, '{}', 0, 6, 'our own'),
  ('sandbox', 'sandbox/upscale', 'output', 'image', 1, '{"scale": "2x"}', 0, 2, 'our own'),
  ('sandbox', 'sandbox/upscale', 'output', 'image', 1, '{"scale": "4x"}', 0, 4, 'our own'),
  ('sandbox', 'sandbox/remove-background', 'output', 'image', 1, '{}', 0, 2, 'our own'),
  ('sandbox', 'sandbox/transcribe', 'input', 'minute', 1, '{}', 0, 2, 'our own');
