/** Jest's globalTeardown: leaves no process and no folder. */
export default async function globalTeardown() {
  await globalThis.baseTestServers?.stop();
}
