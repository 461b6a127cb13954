/** The mark: a solid base, and the spark above it. */
export function BrandMark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect x="3" y="19" width="26" height="9" rx="3" className="fill-ink" />
      <rect x="3" y="8" width="15" height="8" rx="3" className="fill-ink" opacity="0.55" />
      <circle cx="24.500" cy="10" r="4.500" className="fill-accent" />
    </svg>
  );
}
