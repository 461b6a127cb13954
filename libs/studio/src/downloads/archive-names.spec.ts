import { describe, expect, it } from '@jest/globals';
import { archiveNames, type NamedFile, words } from './archive-names.js';

const file = (more: Partial<NamedFile> = {}): NamedFile => ({
  type: 'image',
  model: 'sandbox/image',
  prompt: 'Raposas na neve, aquarela',
  projectName: null,
  storagePath: 'org/jobs/1/0.png',
  createdAt: new Date('2026-11-22T10:00:00Z'),
  ...more,
});

describe('the names in an archive', () => {
  it('say when, by which model and from which prompt', () => {
    expect(archiveNames([file()])).toEqual(['2026-11-22-image-raposas-na-neve-aquarela.png']);
  });

  it('lie in folders by project as soon as one has a project', () => {
    expect(archiveNames([file({ projectName: 'Verão & Cia' }), file()])).toEqual([
      'verao-cia/2026-11-22-image-raposas-na-neve-aquarela.png',
      'no-project/2026-11-22-image-raposas-na-neve-aquarela.png',
    ]);
  });

  it('are told apart by numbers', () => {
    expect(archiveNames([file(), file(), file({ storagePath: 'x/0.webp' })])).toEqual([
      '2026-11-22-image-raposas-na-neve-aquarela.png',
      '2026-11-22-image-raposas-na-neve-aquarela-2.png',
      '2026-11-22-image-raposas-na-neve-aquarela-3.webp',
    ]);
  });

  it('never leave the folder they are unpacked into, whatever a prompt or project says', () => {
    const names = archiveNames([
      file({ prompt: '../../etc/passwd', projectName: '..', model: '../x', storagePath: 'x' }),
    ]);
    expect(names).toEqual(['no-project/2026-11-22-x-etc-passwd.bin']);
    expect(archiveNames([file({ prompt: '狐 🦊', type: 'video' })])).toEqual(['2026-11-22-image-video.png']);
  });

  it('are cut between words', () => {
    const long = words('uma raposa muito vermelha corre por entre as montanhas geladas do sul');
    expect(long).toBe('uma-raposa-muito-vermelha-corre-por-entre-as-montanhas');
    expect(words('x'.repeat(100))).toHaveLength(60);
  });
});
