#!/bin/sh
# Get Chromium and a Chinese font where that is possible without asking; browser tests skip where it is not.
set -u
for name in chromium chromium-browser google-chrome; do command -v "$name" >/dev/null 2>&1 && have=1; done
fc-list :lang=zh 2>/dev/null | grep -q . && font=1
[ -n "${have:-}" ] && [ -n "${font:-}" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "getting Chromium and a Chinese font from the distribution"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig; } \
    >/dev/null 2>&1 || echo "could not; browser tests will skip"
else
  echo "no Chromium here; browser tests will skip (install: apt-get install chromium fonts-noto-cjk)"
fi
exit 0
