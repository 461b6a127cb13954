import type OpenAI from 'openai';
import type { ProviderCall } from './provider-call.js';

/**
 * The official SDK for one call: it sends through the call, repeats nothing, and takes nothing from the environment. Loaded
 * with the first call, because it takes several megabytes.
 */
export async function openAiSdk(call: ProviderCall, options: { baseUrl: string; timeoutMs: number }): Promise<OpenAI> {
  const { default: Sdk } = await import('openai');
  return new Sdk({
    apiKey: call.apiKey,
    baseURL: options.baseUrl,
    fetch: call.fetch,
    // Every request carries our own deadline, body included; the SDK's, which may end with the headers, comes later.
    timeout: options.timeoutMs + 10_000,
    // The SDK's retries carry no idempotency key: a repeated create can be paid twice.
    maxRetries: 0,
    // Said outright, because the SDK would otherwise take them from the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
  });
}
