-- openai/gpt-4o-mini-tts is billed by the token of sound, which nobody knows before. It was listed by the minute, which is not
-- known either; now it is sold by the character, at about $0.015 a minute and 750 characters a minute, which is slow speech.

select private.enter_prices('openai/gpt-4o-mini-tts', '[
  {"component": "output", "unit": "character", "unit_size": 1000, "dimensions": {}, "cost_usd_micros": 20000, "credits_per_unit": 25},
  {"component": "input_text", "unit": "token", "unit_size": 1000000, "dimensions": {}, "cost_usd_micros": 600000, "credits_per_unit": null},
  {"component": "output_audio", "unit": "token", "unit_size": 1000000, "dimensions": {}, "cost_usd_micros": 12000000, "credits_per_unit": null}
]', null, 'one-api (2026-08-22; about $0.015 a minute)');
update public.pricing set source_date = '2026-08-22', confidence = 'B' where model = 'openai/gpt-4o-mini-tts' and valid_to is null;
