/** The report's one style sheet. Colours are variables, so that light, dark and print differ in one place each. */
export const STYLE = `
:root{--ink:#1b2330;--soft:#5b6676;--line:#dfe4ea;--page:#fff;--panel:#f6f8fa;--blue:#2563c9;--red:#c2410c;
--green:#15803d;--band:#eef2f7;--band2:#e4eaf2;--on:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa5b4;--line:#323a46;--page:#12161c;--panel:#1a2029;
--blue:#6ea2ff;--red:#fb8a4d;--green:#54c57f;--band:#181e27;--band2:#1f2732;--on:#0b0e13}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1080px;padding:36px 28px 48px;background:var(--page);color:var(--ink);
font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
h1{margin:0;font-size:29px;line-height:1.2;letter-spacing:-.02em}
h2{margin:0 0 10px;font-size:20px;letter-spacing:-.01em}
h3{margin:0 0 6px;font-size:15px}
header{border-bottom:2px solid var(--ink);padding-bottom:16px;margin-bottom:22px}
header p{margin:6px 0 0;color:var(--soft);overflow-wrap:anywhere}
section{margin:0 0 44px}
p{margin:0 0 14px;max-width:74ch}
a{color:var(--blue)}
.lead{font-size:17px}
code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.hash{font-size:11.5px;color:var(--soft);overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(158px,1fr));gap:12px;margin:20px 0 0}
.tiles div{background:var(--panel);border:1px solid var(--line);border-radius:10px;padding:13px 15px}
dt{color:var(--soft);font-size:13px}
dd{margin:0}
dd strong{display:block;font-size:27px;line-height:1.3;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
dd span{color:var(--soft);font-size:12.5px}
figure{margin:0}
figcaption{color:var(--soft);font-size:13.5px;margin-top:8px}
figcaption b{color:var(--ink)}
svg text{fill:var(--ink);font-family:inherit}
.matrix{display:block;width:100%;height:auto}
.side-by-side{display:flex;flex-wrap:wrap;gap:18px 44px;align-items:flex-start}
.side-by-side figure{flex:0 1 auto;min-width:0;max-width:100%}
.beside{flex:1 1 330px;padding-top:6px}
.matrix .axis{fill:var(--soft)}
.matrix .frame{fill:none;stroke:var(--line)}
.matrix .rule line{stroke:var(--line)}
.matrix .on{fill:var(--on);font-weight:600}
.hit{fill:var(--blue);background:var(--blue)}
.miss{fill:var(--red);background:var(--red)}
.swatch{display:inline-block;width:11px;height:11px;border-radius:3px;vertical-align:-1px}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));gap:22px}
.chart{display:block;width:100%;height:auto}
.chart .grid{stroke:var(--line)}
.chart .tick{fill:var(--soft);font-size:11.5px;font-variant-numeric:tabular-nums}
.chart .band{fill:var(--band)}
.chart .band.odd{fill:var(--band2)}
.chart .phase{stroke:var(--soft);stroke-dasharray:2 3}
.chart .phase-name{fill:var(--soft);font-size:11px}
.line polyline{fill:none;stroke:var(--blue);stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
.line circle{fill:var(--blue)}
.line.train polyline{stroke:var(--soft);stroke-dasharray:5 4;stroke-width:1.8}
.line.train circle{fill:var(--soft)}
.line.plain polyline{stroke:var(--green)}
.line.plain circle{fill:var(--green)}
.level polyline{fill:none;stroke:var(--red);stroke-width:1.6;stroke-dasharray:7 3}
.level.second polyline{stroke-dasharray:2 3}
.mark line{stroke:var(--ink);stroke-opacity:.55}
.mark text{fill:var(--ink);font-size:11px;font-weight:600}
.key span{margin-right:10px;white-space:nowrap}
.key svg{width:26px;height:8px;margin-right:5px}
.scroll{overflow-x:auto;margin-bottom:14px}
table{border-collapse:collapse;width:100%;font-size:14px}
caption{text-align:left;color:var(--soft);font-size:13.5px;padding-bottom:6px}
th,td{text-align:left;padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{font-weight:600;font-size:13px;color:var(--soft);vertical-align:bottom}
tbody th{font-weight:600;overflow-wrap:anywhere}
th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}
.path{font-weight:400;font-size:13px;min-width:230px}
.numbers th,.numbers td{text-align:right;padding-left:10px;font-variant-numeric:tabular-nums}
.numbers tbody th{text-align:left}
.bar{min-width:112px;font-variant-numeric:tabular-nums}
.bar svg{display:block;width:100%;max-width:130px;height:5px;margin-top:3px}
.rail{fill:var(--line)}
.fill{fill:var(--blue)}
details{margin:12px 0}
summary{cursor:pointer;color:var(--blue);margin-bottom:8px}
.cards{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(188px,1fr));gap:16px}
.card{border:1px solid var(--line);border-radius:10px;overflow:hidden;background:var(--panel);height:100%}
.photo{height:168px;display:flex;align-items:center;justify-content:center;background:var(--band2)}
.photo img{max-width:100%;max-height:168px;min-height:84px;object-fit:contain;display:block}
.gone{color:var(--soft);font-size:13px}
.card figcaption{padding:9px 11px 11px;margin:0}
.pair{display:flex;flex-direction:column;align-items:flex-start;gap:4px}
.tag{display:inline-block;border-radius:5px;padding:1px 7px;font-size:13px;line-height:1.5;overflow-wrap:anywhere;
border:1px solid;background:var(--page)}
.tag b{font-weight:600;font-variant-numeric:tabular-nums;color:inherit}
.tag.bad{color:var(--red)}
.tag.good{color:var(--green)}
.name{display:block;margin-top:6px;font-size:11.5px;overflow-wrap:anywhere}
.columns{display:grid;align-items:start;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:8px 36px;margin-bottom:20px}
.facts th{width:118px;color:var(--soft);font-weight:400;padding-right:12px}
.facts td{overflow-wrap:anywhere}
.file{overflow-wrap:anywhere}
.told{padding-left:22px;max-width:74ch}
.steps ol{margin:0 0 6px;padding-left:22px}
footer{border-top:1px solid var(--line);padding-top:12px;color:var(--soft);font-size:12.5px}
@media (max-width:480px){body{padding:24px 16px 40px}
.path{min-width:150px}}
@media print{:root{--ink:#000;--soft:#444;--line:#ccc;--page:#fff;--panel:#fff;--blue:#1d4fa3;--red:#b23a08;--green:#126b33;
--band:#f4f4f4;--band2:#eaeaea;--on:#fff}
body{max-width:none;padding:0;font-size:11pt}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
figure,.tiles div,.card,tr{break-inside:avoid}
h2{break-after:avoid}
.cards{grid-template-columns:repeat(4,1fr)}
.scroll{overflow:visible}}
`.trim();
