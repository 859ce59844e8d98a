import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The page is served by connector_host.web under a strict policy: no inline script, no inline style,
// no other origin. So nothing is inlined here, and nothing is loaded from elsewhere.
export default defineConfig({
  plugins: [react()],
  base: "/",
  resolve: {
    // The form library's entry exports a test helper that imports a validator which we do not have.
    alias: { "@rjsf/validator-ajv8": "/src/form/no-validator.ts" },
  },
  build: {
    outDir: "../host/connector_host/studio/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
  },
});
