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
      {location.pathname === '/' ? <FormSkeleton /> : <Skeleton className="mx-4 mt-5 h-7 w-40 sm:mx-6" />}
    </div>
  );
}

function FormSkeleton() {
  return (
    <div className="hidden w-[25rem] flex-1 flex-col gap-4 border-r border-line bg-surface p-4 lg:flex">
      <Skeleton className="h-9" />
      <Skeleton className="h-14" />
      <Skeleton className="h-36" />
      <Skeleton className="h-24" />
    </div>
  );
}
