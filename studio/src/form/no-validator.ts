/** In the place of the compiling validator that a test helper of the form library imports. */
export default null;
