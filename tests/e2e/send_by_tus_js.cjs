// One upload by tus-js-client, as it comes from its package. Its job is JSON on the command line, see test_tus.py.

const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");

const frontend = createRequire(path.resolve(__dirname, "../../frontend/package.json"));
const tus = frontend("tus-js-client");
const job = JSON.parse(process.argv[2]);

const upload = new tus.Upload(fs.createReadStream(job.file), {
  endpoint: job.endpoint,
  headers: { Authorization: `Bearer ${job.token}` },
  metadata: { filename: "photograph.jpg", alt_text: job.alt_text },
  chunkSize: job.chunk || Number.POSITIVE_INFINITY,
  uploadDataDuringCreation: job.at_creation,
  retryDelays: Array(30).fill(1000),
  onChunkComplete: (_size, sent) => {
    if (job.give_up_after && sent >= job.give_up_after) {
      upload.abort(true).then(() => console.log(JSON.stringify({ url: upload.url })));
    }
  },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => console.log(JSON.stringify({ url: upload.url })),
});
upload.start();
