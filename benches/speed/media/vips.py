# All variants of a picture with libvips: arguments are the picture, the folder, and a line a variant.
import json, resource, sys
import pyvips

def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

picture, folder, specs = sys.argv[1:4]
before = cpu()
# Decodes at half the size, as libjpeg can, and shrinks the rest of the way.
base = pyvips.Image.thumbnail(picture, 1920, height=10000000, size="down").copy_memory()
for line in specs.splitlines():
    name, left, top, width, height, across, down = line.split(" ")
    left, top, width, height, across, down = (int(text) for text in (left, top, width, height, across, down))
    part = base.crop(left, top, width, height)
    made = part.resize(across / width, vscale=down / height).copy_memory()
    assert (made.width, made.height) == (across, down), line
    made.webpsave(f"{folder}/{name}.webp", Q=77, effort=4, keep="none")
    made.jpegsave(f"{folder}/{name}.jpg", Q=80, interlace=True, optimize_coding=True, subsample_mode="on", keep="none")
used = cpu() - before
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({"cpu_seconds": used, "peak_kib": int(status["VmHWM"].split()[0])}))
