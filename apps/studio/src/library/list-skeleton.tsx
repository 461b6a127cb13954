import { Skeleton } from '../components/ui/skeleton.js';

/** A few cards that are on their way. */
export function ListSkeleton() {
  return (
    <div className="grid gap-4 px-4 py-6 sm:px-6 md:grid-cols-2 xl:grid-cols-3" aria-busy>
      {[0, 1, 2].map((card) => (
        <Skeleton key={card} className="h-36 rounded-lg" />
      ))}
    </div>
  );
}
