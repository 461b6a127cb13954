import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import type { AuthenticationDto } from '#sdk';
import { session } from '../api/session.js';

/** Lets somebody in who has just proved who they are, and leads to where they wanted to go. */
export function useEntry(next: string | undefined): (answer: AuthenticationDto) => void {
  const queryClient = useQueryClient();
  const router = useRouter();
  return (answer) => {
    queryClient.clear();
    session.begin(answer);
    router.history.push(next ?? '/');
  };
}
