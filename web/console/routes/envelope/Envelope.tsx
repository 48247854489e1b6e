export function Envelope() {
  return <h1>Envelope</h1>;
}
