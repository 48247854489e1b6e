export function Branding() {
  return <h1>Branding</h1>;
}
