/** What stands on both sides of the pages while fields are placed. */
export { Inspector } from './Inspector';
export { Palette } from './Palette';
