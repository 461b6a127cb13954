/** The generated client names the DOM's type; Node's `fetch` types have it under another name. */
type BodyInit = NonNullable<RequestInit['body']>;
