import { Skeleton } from '../components/ui/skeleton.js';
import { BrandMark } from './brand-mark.js';

/** The shell's own outline, while it is not known who works here. */
export function ShellSkeleton() {
  return (
    <div className="flex min-h-dvh flex-col" aria-busy>
      <div className="flex h-14 items-center gap-3 border-b border-line px-4 sm:px-5">
        <BrandMark className="size-7 animate-breathe" />
        <Skeleton className="h-5 w-32" />
        <Skeleton className="ml-auto h-8 w-28 rounded-full" />
      </div>
      <div className="grid flex-1 gap-8 p-4 lg:grid-cols-[25rem_1fr] lg:p-0">
        <div className="hidden flex-col gap-4 border-r border-line p-5 lg:flex">
          <Skeleton className="h-10" />
          <Skeleton className="h-40" />
          <Skeleton className="h-24" />
        </div>
      </div>
    </div>
  );
}
