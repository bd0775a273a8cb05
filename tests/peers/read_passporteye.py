"""PassportEye (MIT), with the Tesseract model named in MRZ_MODEL where there is one.

`reads` has the text that Tesseract gave, and the lines as PassportEye tidies them up before it
takes the fields out of them; `valid` is its own flag.
"""

import os
from collections.abc import Callable

from passporteye.mrz.image import MRZPipeline
from passporteye.mrz.text import MRZOCRCleaner
from serving import Answer, serve


def decode(name: str) -> MRZPipeline:
    """Its pipeline with the picture loaded, which it would otherwise do while it is timed."""
    model = os.environ.get("MRZ_MODEL")
    pipeline = MRZPipeline(name, f"-l {model}" if model else "")
    pipeline["img"]
    return pipeline


def load() -> Callable[[MRZPipeline], Answer]:
    """Nothing is loaded: each picture starts Tesseract anew."""

    def read(pipeline: MRZPipeline) -> Answer:
        mrz = pipeline.result
        if mrz is None:
            return Answer([], False)
        text = mrz.aux["raw_text"]
        raw = [line for line in text.replace(" ", "").split("\n") if line]
        return Answer([raw, MRZOCRCleaner.apply(text)], bool(mrz.valid))

    return read


serve(decode, load)
