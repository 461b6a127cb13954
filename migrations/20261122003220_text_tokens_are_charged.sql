-- The text of a request is billed by the token: up to 32,000 characters cost more than a small image. From this version on
-- it is charged, with the same 25 % that are on everything; until now it was known for cost only.
-- clock_timestamp(): a row that began in this very transaction ends after it began.

with ended as (
  update public.pricing p
     set valid_to = clock_timestamp()
   where p.component = 'input_text' and p.credits_per_unit is null and p.valid_to is null
     and p.model in ('openai/gpt-image-2', 'openai/gpt-image-2.5-sunburst', 'openai/gpt-image-2.5-flare')
  returning p.*
)
insert into public.pricing (
  provider, model, version, component, unit, unit_size, dimensions, cost_usd_micros, credits_per_unit, valid_from, source, source_date, confidence
)
select e.provider, e.model, e.version + 1, e.component, e.unit, e.unit_size, e.dimensions, e.cost_usd_micros, ceil(e.cost_usd_micros * 1.25 / 1000),
       e.valid_to, e.source, e.source_date, e.confidence
  from ended e;
