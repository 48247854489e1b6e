export function APIKeys() {
  return <h1>APIKeys</h1>;
}
