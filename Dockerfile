# The app alone, without TensorFlow: docker build --tag fingerspell . && docker run --rm -p 8501:8501 fingerspell
# Pages and cameras use this one port. docs/deployment.md explains the rest.
# tests/test_install.py runs each step, so every instruction must be on one line.
FROM python:3.11-slim
RUN useradd --create-home --uid 10001 fingerspell
WORKDIR /app
COPY requirements/app.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/app.txt
COPY pyproject.toml README.md LICENSE ./
COPY live live/
COPY training training/
COPY models models/
RUN pip install --no-cache-dir --no-deps . && rm -r /app/*
USER fingerspell
RUN fingerspell fetch
EXPOSE 8501
HEALTHCHECK --start-period=30s CMD ["python", "-c", "import urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:8501/_stcore/health', timeout=3)"]
# 0.0.0.0 means every address of the container; `docker run -p` decides who can reach it. Options follow the image's name.
ENTRYPOINT ["fingerspell", "--host", "0.0.0.0"]
