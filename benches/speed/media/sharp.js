// All variants of a picture with sharp: arguments are the picture, the folder, and a line a variant.
const fs = require('fs');
const sharp = require('sharp');
sharp.cache(false);
sharp.concurrency(1);

async function main([picture, folder, specs]) {
  const before = process.cpuUsage();
  const { data, info } = await sharp(picture).resize({ width: 1920 }).raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const line of specs.split('\n').filter(Boolean)) {
    const [name, ...numbers] = line.split(' ');
    const [left, top, width, height, across, down] = numbers.map(Number);
    const made = await sharp(data, { raw }).extract({ left, top, width, height })
      .resize({ width: across, height: down, fit: 'fill' }).raw().toBuffer();
    const small = { raw: { width: across, height: down, channels: info.channels } };
    await sharp(made, small).webp({ quality: 77, effort: 4 }).toFile(`${folder}/${name}.webp`);
    await sharp(made, small).jpeg({ quality: 80, progressive: true, optimizeCoding: true, chromaSubsampling: '4:2:0' })
      .toFile(`${folder}/${name}.jpg`);
  }
  const used = process.cpuUsage(before);
  const peak = /VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1];
  console.log(JSON.stringify({ cpu_seconds: (used.user + used.system) / 1e6, peak_kib: Number(peak) }));
}
main(process.argv.slice(1).filter(argument => argument !== '--'));
