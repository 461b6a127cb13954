export function GalleryScreen() {
  return <p className="p-8">…</p>;
}
