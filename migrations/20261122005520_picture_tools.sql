-- What enlarges, cuts out and continues a picture, at a flat price in dollars: second-hand copies like the rest of the price
-- list, sold at 25 % more. Verify before going live.

insert into public.pricing (
  provider, model, component, unit, unit_size, cost_usd_micros, credits_per_unit, source, source_date, confidence
) values
  ('fal', 'fal/fal-ai/recraft/upscale/crisp', 'output', 'image', 1, 4000, 5, 'lumenfall.ai, of fal''s page; Recraft''s own price', null, 'A'),
  ('fal', 'fal/fal-ai/bria/background/remove', 'output', 'image', 10, 180000, 225, 'keigit; docs.runflow.io', '2026-05-01', 'A'),
  ('fal', 'fal/bria/fibo-edit-1.5/expand', 'output', 'image', 1, 40000, 50, 'fal.ai/models/bria/fibo-edit-1.5/expand/llms.txt', null, 'A'),
  ('replicate', 'replicate/recraft-ai/recraft-crisp-upscale', 'output', 'image', 10, 60000, 75, 'lumenfall.ai, of Replicate''s page; openai-hk.com', null, 'A'),
  ('replicate', 'replicate/recraft-ai/recraft-remove-background', 'output', 'image', 10, 100000, 125, 'openai-hk.com; Recraft''s own price', null, 'A');
