/** Goes on at once with what is known already, later with what has to be asked for. Passport's strategies speak in callbacks. */
export function whenKnown<T>(
  find: () => T | Promise<T>,
  onFound: (found: T) => void,
  onError: (error: unknown) => void,
): void {
  let found: T | Promise<T>;
  try {
    found = find();
  } catch (error) {
    onError(error);
    return;
  }
  if (found instanceof Promise) found.then(onFound, onError);
  else onFound(found);
}
