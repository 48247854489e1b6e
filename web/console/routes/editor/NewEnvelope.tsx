export function NewEnvelope() {
  return <h1>NewEnvelope</h1>;
}
