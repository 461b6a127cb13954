import {
  CodeRequired,
  CodeWrong,
  InvalidCredentials,
  PasswordWrong,
  SecondFactorInvalid,
  SecondFactorRequired,
} from './auth.errors.js';

/**
 * Checks what a signed-in person has to prove again. What would refuse a sign-in is said in other words here: the
 * session is not in doubt.
 * @throws PasswordWrong, CodeRequired, CodeWrong, and what else the work throws
 */
export async function askedAgain<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (InvalidCredentials.is(error)) throw PasswordWrong('Send your present password. You are still signed in.');
    if (SecondFactorRequired.is(error)) throw CodeRequired('Send the same request again, with `code`.');
    if (SecondFactorInvalid.is(error)) {
      throw CodeWrong('Send the code that your app shows now; each is good once. You are still signed in.');
    }
    throw error;
  }
}
