export function UsageScreen() {
  return <p className="p-8">…</p>;
}
