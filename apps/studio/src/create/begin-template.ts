import type { ModelDto, TemplateDto } from '#sdk';
import type { Language } from '../i18n/messages.js';
import aurora from '../assets/aurora.webp';
import botanical from '../assets/botanical.webp';
import city from '../assets/city.webp';
import coast from '../assets/coast.webp';
import forest from '../assets/forest.webp';
import geometry from '../assets/geometry.webp';
import glass from '../assets/glass.webp';
import headphones from '../assets/headphones.webp';
import orbits from '../assets/orbits.webp';
import paper from '../assets/paper.webp';
import portrait from '../assets/portrait.webp';
import product from '../assets/product.webp';

import { draftOf, recall } from './draft.js';

/** What a template leads to, drawn by the sandbox; the first of them in the order of the first run. */
export const TEMPLATE_PICTURES: ReadonlyMap<string, string> = new Map([
  ['product-studio', product],
  ['editorial-portrait', portrait],
  ['sea-reel', coast],
  ['botanical-poster', botanical],
  ['aurora-story', aurora],
  ['podcast-theme', glass],
  ['city-banner', city],
  ['paper-landscape', paper],
  ['geometric-cover', geometry],
  ['forest-opening', forest],
  ['shop-voice', headphones],
  ['logo-sound', orbits],
]);

/** So many are offered to begin with. */
export const FIRST_TEMPLATES = 6;

/** Puts a template into the form, with the first of its models that can be used here. */
export function beginTemplate(
  organizationId: string,
  { type, prompt, choices }: TemplateDto,
  models: readonly ModelDto[] | undefined,
  language: Language,
): void {
  const isUsable = (model: string) => models?.some(({ id, available }) => id === model && available) ?? false;
  const choice = choices.find(({ model }) => isUsable(model)) ?? choices[0];
  if (!choice) return;
  const input = { ...choice.input, [choice.promptField]: prompt[language] };
  draftOf(organizationId).set((draft) => recall(draft, { type, model: choice.model, input }, 'all'));
}
