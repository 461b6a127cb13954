export function AccountScreen() {
  return <p className="p-8">…</p>;
}
