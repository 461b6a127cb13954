/** The part of a catalogue that the first screen does without. */
declare module '*.json?later' {
  const messages: Record<string, string>;
  export default messages;
}
