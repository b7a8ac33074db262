"""One upload by tuspy, as it comes from its package. Its job is JSON on the command line, see test_tus.py."""

import json
import sys

from tusclient.client import TusClient

job = json.loads(sys.argv[1])
client = TusClient(job["endpoint"], headers={"Authorization": f"Bearer {job['token']}"})
options = {"chunk_size": job["chunk"]} if job["chunk"] else {}
uploader = client.uploader(
    job["file"],
    metadata={"filename": "photograph.jpg", "alt_text": job["alt_text"]},
    upload_checksum=job["checksum"],
    retries=30,
    retry_delay=1,
    **options,
)
uploader.upload()
sys.stdout.write(json.dumps({"url": uploader.url}))
