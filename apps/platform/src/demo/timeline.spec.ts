import type { JobMoment } from './job-life.js';
import { Timeline } from './timeline.js';

const moment = (label: string, ms: number) => ({ label, at: new Date(1_000 + ms) }) as JobMoment;

test('events of several streams are shown in the order in which they happened', () => {
  const shown: [string, number][] = [];
  const timeline = new Timeline(({ label }, sinceMs) => shown.push([label, sinceMs]));
  timeline.add(moment('audio', 90));
  timeline.add(moment('image', 0));
  timeline.add(moment('video', 40));
  timeline.end();
  expect(shown).toEqual([
    ['image', 0],
    ['video', 40],
    ['audio', 90],
  ]);
});
