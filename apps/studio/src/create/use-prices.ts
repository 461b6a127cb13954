import { useQueries } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { quoteQuery } from '../api/queries.js';
import type { GenerationRequest } from './generate.js';

const SETTLE_MS = 350;
/** What a price is asked for with while there is no text yet. */
const PLACEHOLDER = '…';

/** A quote, and what it promised at most. */
interface Promised {
  quoteId: string;
  maxCredits: number;
}

/** Quotes that a request was made with: each is good once. */
const usedQuotes = new Set<string>();

/** The quote the first time; afterwards, the price it promised as the limit. */
export function takePromise(promised: Promised | undefined): Pick<GenerationRequest, 'quoteId' | 'maxCredits'> {
  if (!promised) return {};
  const { quoteId, maxCredits } = promised;
  if (usedQuotes.has(quoteId)) return { maxCredits };
  usedQuotes.add(quoteId);
  return { quoteId };
}

export interface Prices {
  /** Of all models together; undefined while unknown. */
  totalCredits: number | undefined;
  isUpdating: boolean;
  /** For each request: the quote, when it is for exactly this input. */
  promises: readonly (Promised | undefined)[];
}

/** What the server would charge for the requests, asked once the typing pauses. */
export function usePrices(organizationId: string, requests: readonly GenerationRequest[], isBlank: boolean): Prices {
  const settled = useSettled(requests, SETTLE_MS);
  const results = useQueries({
    queries: settled.map(({ model, input }) => quoteQuery(organizationId, model, filled(input))),
  });
  const isSettled = settled === requests;
  const quotes = results.map(({ data }) => data);
  const isKnown = quotes.length > 0 && quotes.every((quote) => quote !== undefined);
  return {
    totalCredits: isKnown ? quotes.reduce((sum, quote) => sum + quote.maxCredits, 0) : undefined,
    isUpdating: !isSettled || results.some(({ isFetching }) => isFetching),
    promises: requests.map((request, index) => {
      const result = results[index];
      if (result?.data?.model !== request.model) return undefined;
      const isExact =
        isSettled && !result.isPlaceholderData && !isBlank && new Date(result.data.expiresAt) > new Date();
      return isExact ? { quoteId: result.data.id, maxCredits: result.data.maxCredits } : undefined;
    }),
  };
}

function filled(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, value === '' ? PLACEHOLDER : value]));
}

/** The value, once it has not changed for a while. */
function useSettled<Value>(value: Value, milliseconds: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
