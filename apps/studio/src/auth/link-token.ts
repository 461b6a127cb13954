/** The token of a mail's link: after the `#`, so that no server's log ever sees it. */
export function linkToken(): string {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}
