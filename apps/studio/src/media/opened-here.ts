/** Goes with the address of a file that is opened from a page of ours: closed, it leads back there. */
export const OPENED_HERE = { isOpenedHere: true } as const;

declare module '@tanstack/react-router' {
  interface HistoryState {
    isOpenedHere?: boolean;
  }
}
