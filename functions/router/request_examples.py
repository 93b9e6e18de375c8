"""Examples of request bodies for the OpenAPI document. The models have the examples of single fields."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example

FILE = "file-019b77387800d41d8cd98f00b204e980"


GENERATIONS: dict[str, Example] = {
    "Gitee AI with Z-Image Turbo": {
        "value": {
            "provider": "gitee",
            "model": "z-image-turbo",
            "prompt": "a cute cat",
            "negative_prompt": "low quality, blurry",
            "steps": 9,
        }
    },
    "HuggingFace with FLUX.1 Schnell": {
        "value": {"provider": "huggingface", "model": "flux-1-schnell", "prompt": "a cute cat", "steps": 8}
    },
    "ModelScope with FLUX.2": {
        "value": {
            "provider": "modelscope",
            "model": "black-forest-labs/FLUX.2-dev",
            "prompt": "a cute cat",
            "steps": 24,
            "guidanceScale": 3.5,
        }
    },
    "The family Z-Image Turbo, at the first provider that accepts": {
        "value": {"provider": "auto", "model": "z-image-turbo", "prompt": "a cute cat"}
    },
}
UPSCALE: dict[str, Example] = {"Enlarge four times": {"value": {"url": "https://example.com/cat.png", "scale": 4}}}
BATCHES: dict[str, Example] = {
    "Requests": {"value": {"requests": [{"prompt": "a cute cat", "count": 3}]}},
    "An uploaded manifest": {"value": {"manifest": "s3://bucket/batches/uploads/5d41/prompts.csv"}},
    "A retry of the failed lines": {"value": {"retry": "b5b96204ef6793c1228267883"}},
}
UPLOADS: dict[str, Example] = {
    "A CSV file": {"value": {"size": 120000, "name": "prompts.csv", "digest": "5d41402abc4b2a76b9719d911017c592"}}
}
IMAGES: dict[str, Example] = {
    "A picture": {"value": {"model": "gitee/z-image-turbo", "prompt": "a cute cat"}},
    "Three pictures, with Easel's fields": {
        "value": {
            "model": "ms/flux-2",
            "prompt": "a cute cat",
            "n": 3,
            "size": "1024x768",
            "seed": 42,
            "steps": 24,
            "guidance_scale": 3.5,
            "negative_prompt": "low quality, blurry",
        }
    },
}
EDITS: dict[str, Example] = {
    "A picture from a link": {
        "value": {
            "model": "gitee/Qwen-Image-Edit",
            "prompt": "with a hat",
            "images": [{"image_url": "https://example.com/cat.png"}],
        }
    },
    "A file of /v1/files": {
        "value": {"model": "ms/qwen-image-edit-2509", "prompt": "with a hat", "images": [{"file_id": FILE}]}
    },
}
EDIT_FORM: dict[str, Any] = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "description": "Fields of the JSON body as texts, and pictures as files `image` or `image[]`",
                    "properties": {
                        "image": {"type": "string", "contentMediaType": "application/octet-stream"},
                        "prompt": {"type": "string"},
                        "model": {"type": "string"},
                        "n": {"type": "integer"},
                        "size": {"type": "string"},
                        "response_format": {"type": "string"},
                    },
                    "required": ["image", "prompt"],
                },
                "examples": {
                    "A file": {
                        "value": {"model": "gitee/Qwen-Image-Edit", "prompt": "with a hat", "image": "(its bytes)"}
                    }
                },
            }
        }
    }
}
OPENAI_BATCHES: dict[str, Example] = {
    "A batch": {"value": {"input_file_id": FILE, "endpoint": "/v1/images/generations", "completion_window": "24h"}}
}


def unread_body(name: str, example: Any) -> dict[str, Any]:
    """Return `openapi_extra` for a route that accepts a JSON body and ignores it."""
    content = {"schema": {"type": "object"}, "examples": {name: {"value": example}}}
    return {"requestBody": {"required": False, "content": {"application/json": content}}}


_MANIFEST = {
    "schema": {"type": "string"},
    "examples": {"Two lines": {"value": "prompt,provider,count\na cute cat,gitee,3\na dog,nobody,\n"}},
}
PREVIEW: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": _MANIFEST, "application/x-ndjson": _MANIFEST}}
}
_FILE_BODY = {
    "schema": {
        "type": "object",
        "properties": {
            "purpose": {"type": "string", "enum": ["batch", "vision"]},
            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
            "filename": {"type": "string", "description": "JSON only: name of a file that is too large for one call"},
            "bytes": {"type": "integer", "minimum": 1, "description": "JSON only: size of that file"},
        },
        "required": ["purpose"],
    },
    "examples": {"A large file": {"value": {"purpose": "batch", "filename": "lines.jsonl", "bytes": 9000000}}},
}
FILES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": _FILE_BODY, "application/json": _FILE_BODY},
    }
}
"""`/v1/files` accepts a form or JSON, but FastAPI documents only one kind of body per route."""
