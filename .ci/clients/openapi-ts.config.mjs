export default {
  input: process.env.SLUGLINE_DOCUMENT,
  output: { path: "sdk", module: { extension: ".js" } },
  plugins: ["@hey-api/client-fetch", "@hey-api/sdk", "@hey-api/typescript"],
  logs: { file: false, level: "warn" },
};
