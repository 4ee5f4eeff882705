# The page and the API in a container that needs no network, no root, no libGL and no writable file system:
#   docker build -t mettici . && docker run --rm --read-only -p 127.0.0.1:8000:8000 mettici
FROM python:3.12-slim AS build
COPY . /source
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source

FROM python:3.12-slim
COPY --from=build /wheels /wheels
# The headless OpenCV is the same cv2 without windows, and so without libGL.
RUN pip install --no-cache-dir "$(ls /wheels/*.whl)[web,heif]" \
 && pip uninstall --yes --quiet opencv-python \
 && pip install --no-cache-dir opencv-python-headless \
 && rm -rf /wheels
USER 10001:10001
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["mettici", "serve", "--host", "0.0.0.0"]
