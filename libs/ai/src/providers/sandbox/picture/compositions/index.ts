import type { Motif } from '../keywords.js';
import type { Composition } from '../scene.js';
import { aurora } from './aurora.js';
import { botanical } from './botanical.js';
import { city } from './city.js';
import { flow } from './flow.js';
import { forest } from './forest.js';
import { geometry } from './geometry.js';
import { glass } from './glass.js';
import { orbits } from './orbits.js';
import { paperCut } from './paper-cut.js';
import { portrait } from './portrait.js';
import { ridges } from './ridges.js';
import { sea } from './sea.js';
import { stillLife } from './still-life.js';

export const compositions: Readonly<Record<Motif, Composition>> = {
  ridges,
  sea,
  forest,
  city,
  aurora,
  orbits,
  flow,
  geometry,
  'paper-cut': paperCut,
  glass,
  'still-life': stillLife,
  portrait,
  botanical,
};
