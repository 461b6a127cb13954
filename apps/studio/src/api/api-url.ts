/** Where the API answers: `VITE_API_URL` when the Studio was built for another host, else its own origin. */
const configured = import.meta.env['VITE_API_URL'] as string | undefined;
export const API_URL = (configured ?? location.origin).replace(/\/$/, '');
