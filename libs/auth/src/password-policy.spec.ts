import { jest } from '@jest/globals';
import { isAppError } from '#core/errors';
import { assertAnotherPassword, assertStrongPassword } from './password-policy.js';

async function verdict(password: string, known: string[] = []): Promise<string | undefined> {
  try {
    await assertStrongPassword(password, known);
    return 'accepted';
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(error.code).toBe('auth.password_too_weak');
    return error.details.errors?.[0]?.code;
  }
}

describe('the password rules', () => {
  it('accept what is long and not on the attackers’ lists, in any script', async () => {
    for (const good of [
      'lisbon-orchid-42-tram',
      'correct horse battery staple',
      'kV7#pq!2Lw9z',
      'голубой трамвай у реки',
      'girassol trombone ladeira',
    ]) {
      expect([good, await verdict(good)]).toEqual([good, 'accepted']);
    }
  });

  it('refuse the product’s name, seasons, months and countries, dressed up with years and signs', async () => {
    for (const bad of [
      'BaseAgency2026!',
      'Summer2026!!',
      'Brasil2026!',
      'Ver@o2026!!',
      'B4se-Agency-2027',
      'Junho2026@@@',
    ]) {
      expect([bad, await verdict(bad)]).toEqual([bad, 'too_guessable']);
    }
    expect(await verdict('brasil-girassol-trombone')).toBe('accepted');
  });

  it('refuse the password one has when another one is to be chosen', () => {
    expect(() => assertAnotherPassword('lisbon-orchid-42', 'lisbon-orchid-42')).toThrow('Choose another one');
    expect(() => assertAnotherPassword('lisbon-orchid-43', 'lisbon-orchid-42')).not.toThrow();
  });

  it('refuse fewer than 10 and more than 128 characters, counted as people see them', async () => {
    expect(await verdict('kV7#pq!2L')).toBe('too_short');
    expect(await verdict('🦜🦜🦜🦜🦜🦜')).toBe('too_short');
    expect(await verdict('kV7#pq!2Lw9z'.repeat(11))).toBe('too_long');
  });

  it('refuse leaked, repeated and keyboard passwords in English and Portuguese', async () => {
    for (const bad of [
      'password12',
      'senha12345',
      'qwertyuiop123',
      'aaaaaaaaaaaaaaaa',
      'abcdefghij',
      'p@ssw0rdp@ssw0rd',
      'flamengo2026',
    ]) {
      expect([bad, await verdict(bad)]).toEqual([bad, 'too_guessable']);
    }
  });

  it('refuse what is made of the person’s own name and address', async () => {
    const known = ['beatriz.quaresma@estudio.example', 'Beatriz Quaresma'];
    expect(await verdict('beatrizquaresma', known)).toBe('too_guessable');
    expect(await verdict('quaresma2026', known)).toBe('too_guessable');
  });

  it('take no more work for the longest password than for its beginning', async () => {
    const core = await import('@zxcvbn-ts/core');
    const judged = jest.spyOn(core.ZxcvbnFactory.prototype, 'check');
    await verdict('4@8({[<369&#!1/|0$5+7%2'.repeat(5));
    expect(judged.mock.calls.map(([password]) => password.length)).toEqual([32]);
  });
});
