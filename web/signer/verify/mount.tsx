import { render } from 'preact';
import { App } from './App';

/** Puts the app in the place of the form that the server drew. */
export function mount(host: HTMLElement): void {
  host.replaceChildren();
  render(<App />, host);
}
