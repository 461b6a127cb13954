export { checkConformance, type OperationConformance } from './conformance.js';
export type { FakeOpenAiFault } from './fake-openai-faults.js';
export {
  startFakeOpenAi,
  type FakeOpenAi,
  type FakeOpenAiExchange,
  type FakeOpenAiOptions,
  type FakeOpenAiRequest,
  type FaultOptions,
} from './fake-openai-server.js';
