var w,Xo,oo,de,eo,ft,Qo,dt,Zo,no,to,fi,Be=Symbol.for("pv"),mt={},ht=[],mi=/^m(i|n|o|s|text|space)$/,ro=Array.isArray,io=ht.
slice,be=Object.assign;function ye(e){e&&e.parentNode&&e.remove()}function vt(e,t,o){var n,i,r,a={},l=arguments.length;for(r in t)
r=="key"?n=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:a[r]=t[r];return l>2&&(a.children=l>3?io.call(arguments,2):o),Fe(e,
a,n,i,null)}function Fe(e,t,o,n,i){var r={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Be,__v:i||
++Xo,__i:-1,__u:0};return!i&&w.vnode&&w.vnode(r),r}function we(e){return e.children}function Ce(e,t){this.props=e,this.context=t,this.__g=0}function pe(e,t){if(t==null)return e.
__&&pe(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||
e.props.__P?null:pe(e)}function hi(e){var t,o=e.__v,n=o.__e,i=[],r=[],a=e.__P;a&&((t=be({constructor:Be},o)).__v=o.__v+1,
w.vnode&&w.vnode(t),ao(a,t,o,e.__n,a.namespaceURI,32&o.__u?[n]:null,i,n||pe(o),32&o.__u,r),t.__v=o.__v,t.__.__k[t.__i]=t,
an(i,t,r),o.__=o.__e=null,t.__e!=n&&en(t))}function en(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(
function(t){return t&&(e.__e=t.__e)}),en(e)}function Jo(e){(8&e.__g||(e.__g|=8,de.push(e),ft++))&&eo==w.debounceRendering||
((eo=w.debounceRendering)||queueMicrotask)(tn)}function tn(){try{for(var e,t=1;de.length;)de.length>t&&de.sort(Qo),e=de.
shift(),t=de.length,8&e.__g&&hi(e)}finally{(ft=de.length)&&(eo||queueMicrotask)(tn)}}function on(e,t,o,n,i,r,a,l,d,f,c){
var m,h,p,$,N,k,S=n.__k||ht,b=t.length;for(d=vi(o,t,S,d,b),m=0;m<b;m++)(p=o.__k[m])!=null&&(h=~p.__i&&S[p.__i]||mt,p.__i=
m,k=ao(e,p,h,i,r,a,l,d,f,c),$=p.__e,(h.ref!=p.ref||8&h.__u)&&(h.ref&&so(h.ref,null,p,h),p.ref&&c.push(p.ref,p.__c||$,p)),
N=N||$,4&p.__u?(d=nn(p,d,e,!h.__v),h.__e&&(h.__e=null)):typeof p.type=="function"&&k!==void 0?d=k:$&&(d=$.nextSibling),p.
__u&=-21);return o.__e=N,d}function vi(e,t,o,n,i){var r,a,l,d,f,c,m,h,p,$=o.length,N=$,k=0,S=0,b=e.__k=Array(i);for(r=0;r<
i;r++)(a=t[r])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=b[r]=Fe(null,
a):ro(a)?a=b[r]=Fe(we,{children:a}):a.constructor===Be&&a.__b?a=b[r]=Fe(a.type,a.props,a.key,a.ref,a.__v):b[r]=a,d=r+k,a.
__=e,a.__b=e.__b+1,l=null,~(f=a.__i=_i(a,o,d,N))&&(N--,(l=o[f])&&(l.__u|=2)),l&&l.__v?(a.__u|=16,f==d-1?k--:f==d+1?k++:f!=
d&&(f>d?k--:k++,S=1)):(~f||(i>$?k--:i<$&&k++),typeof a.type!="function"&&(a.__u|=4))):b[r]=null;if(S){for(c=[],m=[],r=0;r<
i;r++)if((a=b[r])&&16&a.__u){for(k=0,h=c.length;k<h;)c[p=k+h>>1]<a.__i?k=p+1:h=p;c[k]=a.__i,m[r]=k+1}for(k=c.length;r--;)
m[r]&&(m[r]==k?k--:b[r].__u|=4)}if(N)for(r=0;r<$;r++)!(l=o[r])||2&l.__u||(l.__e==n&&(n=pe(l)),lo(l,l));return n}function nn(e,t,o,n){
var i,r,a,l;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=nn(
i[r],t,o,!1));return t}for(t&&!t.parentNode&&(t=pe(e))&&!t.parentNode&&(t=null),a=e.__e,l=t;l&&l.nodeType==8;)l=l.nextSibling;
for(a!=l&&(!n&&o.moveBefore&&a.parentNode?o.moveBefore(a,t):o.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==
8&&!t.data.startsWith("$s"););return t}function _i(e,t,o,n){var i,r=e.key,a=e.type,l=t[o],d=l&&!(2&l.__u);if(l===null&&r==null||d&&r==l.key&&a==l.type)return o;
if(n>(d?1:0)){for(i=o-1;i>=0;i--)if((l=t[i])&&!(2&l.__u)&&r==l.key&&a==l.type)return i;for(i=o+1;i<t.length;i++)if((l=t[i])&&
!(2&l.__u)&&r==l.key&&a==l.type)return i}return-1}function Yo(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}
function ct(e,t,o,n,i){var r,a;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.
cssText=n=""),n)for(t in n)o&&t in o||Yo(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||Yo(e.style,t,o[t])}else if(t[0]=="o"&&
t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(a=to[t]||(to[t]=
$i(t)),(e.__a||(e.__a={}))[t]=no,r=t!=(t=t.replace(Zo,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(
t,a,r):e.removeEventListener(t,a,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="c\
olSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===
!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function $i(e){return function(t){var o=this.
__e;if(o){if(o=o[e],t[dt]==null)t[dt]=no++;else if(t[dt]<this.__a[e])return;return o(w.event?w.event(t):t)}}}function ao(e,t,o,n,i,r,a,l,d,f){
var c,m,h,p,$,N,k,S,b,P,O,Zt,Go,ut,$e,Ko,ce,ge,ie=t.type;if(t.constructor!==Be)return null;128&o.__u&&(d=32&o.__u,c=o.__c.
__z)&&(t.__u|=d,m=r=[],c.nodeType==8?l=pt(c,r):r.push(c),l=r[0]||l),(c=w.__b)&&c(t);e:if(typeof ie=="function"){h=a.length;
try{if(S=t.props,b=(c=ie.prototype)&&c.render,P=(c=ie.contextType)&&n[c.__c],O=c?P?P.props.value:c.__:n,(p=o.__c)?(t.__c=
p,2&p.__g&&(p.__g|=1)):(b?t.__c=p=new ie(S,O):(t.__c=p=new Ce(S,O),p.constructor=ie,p.render=yi),P&&P.sub(p),p.state||(p.
state={}),p.__n=n,p.__g|=8,p.__h=[],p.__k=[]),b&&(p.__s||(p.__s=p.state),ie.getDerivedStateFromProps&&(p.__s==p.state&&(p.
__s=be({},p.__s)),be(p.__s,ie.getDerivedStateFromProps(S,p.__s)))),$=p.props,N=p.state,p.__v=t,o.__c){if(S!==$&&b&&!ie.getDerivedStateFromProps&&
p.componentWillReceiveProps&&p.componentWillReceiveProps(S,O),t.__v==o.__v&&!(8&p.__g)||!(4&p.__g)&&p.shouldComponentUpdate&&
p.shouldComponentUpdate(S,p.__s,O)===!1){t.__v!=o.__v&&(p.props=S,p.state=p.__s,p.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.
some(function(q){q&&(q.__=t)}),ht.push.apply(p.__h,p.__k),p.__k=[],p.__h.length&&a.push(p),l=pe(o);break e}p.componentWillUpdate&&
p.componentWillUpdate(S,p.__s,O),b&&p.componentDidUpdate&&p.__h.push(function(){p.componentDidUpdate($,N,k)})}else b&&!ie.
getDerivedStateFromProps&&p.componentWillMount&&p.componentWillMount(),b&&p.componentDidMount&&p.__h.push(p.componentDidMount);
p.context=O,p.props=S,p.__P=e,p.__g&=-5,Zt=w.__r,Go=b?25:0;do p.__g&=-9,Zt&&Zt(t),c=p.render(p.props,p.state=p.__s,p.context);while(8&
p.__g&&++Go<25);b&&(ht.push.apply(p.__h,p.__k),p.__k=[]),p.state=p.__s,p.getChildContext&&(n=be({},n,p.getChildContext())),
b&&o.__c&&p.getSnapshotBeforeUpdate&&(k=p.getSnapshotBeforeUpdate($,N)),ut=c&&c.type===we&&c.key==null?c.props.children:
c,S.__P&&(c=l,i=(e=S.__P).namespaceURI,d=r=null,o.props&&o.props.__P!=e&&(o.__k.some(function(q){q&&lo(q,q)}),o.__k=null),
l=o.__k?pe(o,0):null),l=on(e,ro(ut)?ut:[ut],t,o,n,i,r,a,l,d,f),S.__P&&(t.__e=null,l=c),t.__u&=-161,m&&m.some(ye),p.__h.length&&
a.push(p),1&p.__g&&(p.__g&=-4)}catch(q){if(a.length=h,t.__v=null,d||r)if(q&&q.then){if(t.__u|=128|d,r){for(~(ce=r.indexOf(
l||void 0))||(ce=r.length);(ge=r[ce-1])&&ge.nodeType==8;)ce--;for(;ce<r.length;ce++)if(ge=r[ce])if(r[ce]=null,$e){if(ge==
Ko)break}else{if(ge.nodeType!=8)break;ge.data.startsWith("$s")&&(Ko=pt($e=ge))}}if(!$e){for(;l&&l.nodeType==8&&l.nextSibling;)
l=l.nextSibling;$e=l}(c=pt($e=t.__c.__z||(t.__c.__z=$e)))?(t.__e=$e,l=c):t.__e=l,l=l&&l.nextSibling}else r&&r.some(ye);else
t.__e=o.__e;t.__k||(t.__k=o.__k||[]),q&&q.then||rn(t),w.__e(q,t,o)}}else l=t.__e=gi(o.__e,t,o,n,i,r,a,d,f,e);return(c=w.
diffed)&&c(t),l}function pt(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==
8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function rn(e){e&&(e.__c&&
(e.__c.__g|=4),e.__k&&e.__k.some(rn))}function an(e,t,o){for(var n=0;n<o.length;)so(o[n++],o[n++],o[n++]);w.__c&&w.__c(t,
e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){w.__e(r,i.__v)}})}function gi(e,t,o,n,i,r,a,l,d,f){
var c,m,h,p,$,N,k,S,b=o.props||mt,P=t.props,O=t.type;if(O=="svg"?i="http://www.w3.org/2000/svg":O=="math"?i="http://www.\
w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(c=0;c<r.length;c++)if(($=r[c])&&(O?$.localName==O:
$.nodeType==3)){e=$,r[c]=null;break}}if(!e){if(S=f.ownerDocument||document,!O)return S.createTextNode(P);e=S.createElementNS(
i,O,P.is?P:f),l&&(w.__m&&w.__m(t,r),l=!1),r=null}if(O){if(f=O=="template"&&e.content||e,r=O=="textarea"&&P.defaultValue!=
null?null:r&&io.call(f.childNodes),!l&&r)for(b={},c=0;c<e.attributes.length;c++)b[($=e.attributes[c]).name]=$.value;for(c in b)
$=b[c],c=="dangerouslySetInnerHTML"?h=$:c=="children"||c in P||c=="value"&&"defaultValue"in P||c=="checked"&&"defaultChe\
cked"in P||ct(e,c,null,$,i);for(c in P)$=P[c],c=="children"?p=$:c=="dangerouslySetInnerHTML"?m=$:c=="value"?N=$:c=="chec\
ked"?k=$:l&&typeof $!="function"||b[c]===$||ct(e,c,$,b[c],i);m?(l||h&&(m.__html==h.__html||m.__html==e.innerHTML)||(e.innerHTML=
m.__html),t.__k=[]):(h&&(e.textContent=""),(O=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&mi.test(O))&&(i=
"http://www.w3.org/1999/xhtml"),on(f,ro(p)?p:[p],t,o,n,i,r,a,r?r[0]:o.__k&&pe(o,0),l,d),r&&r.some(ye)),l&&O!="textarea"||
(c="value",O=="progress"&&N==null?e.removeAttribute(c):N==null||N===e[c]&&(O!="progress"||N)||ct(e,c,N,b[c],i),c="checke\
d",k!=null&&k!=e[c]&&ct(e,c,k,b[c],i))}else b===P||l&&e.data==P||(e.data=P);return e}function so(e,t,o,n){try{typeof e==
"function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){
w.__e(i,o)}}function lo(e,t,o){var n,i,r,a;if(w.unmount&&w.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||so(n,null,
t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(l){w.__e(l,t)}n.__P=n.__n=null}if(n=e.__k)for(a=
0;a<n.length;a++)n[a]&&lo(n[a],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(i=pt(n,r=[]))&&(n==
e.__e&&r.some(ye),ye(i),ye(n)),o||ye(e.__e),e.__e=e.__c=e.__=null}function yi(e,t,o){return this.constructor(e,o)}function sn(e,t){
var o,n,i,r;w.__&&w.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=Fe(we,{children:[e]}),
i=[],r=[],ao(t,t.__k,n||mt,mt,t.namespaceURI,n?null:t.firstChild?io.call(t.childNodes):null,i,n?n.__e:t.firstChild,o,r),
an(i,t.__k,r),t.__k.props.children=null}w={__e:function(e,t,o,n){for(var i,r,a;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((a=(r=i.constructor)&&r.getDerivedStateFromError)&&
i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,n||{}),a=1),a&&8&i.__g)return void(i.
__g|=2)}catch(l){e=l}}throw ft=0,e}},Xo=0,oo=function(e){return e!=null&&e.constructor===Be},Ce.prototype.setState=function(e,t){
var o=this.__s;o&&o!=this.state||(o=this.__s=be({},this.state)),typeof e=="function"&&(e=e(be({},o),this.props)),e&&(be(
o,e),this.__v&&(t&&this.__k.push(t),Jo(this)))},Ce.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.
push(e),Jo(this))},Ce.prototype.render=we,de=[],ft=0,Qo=function(e,t){return e.__v.__b-t.__v.__b},dt=Symbol(),Zo=/(PointerCapture)$|Capture$/i,
no=0,to={},fi=0;var We,M,uo,ln,co=Object.is,_t=0,_n=[],po=[],A=w,un=A.__b,cn=A.__r,dn=A.diffed,pn=A.__c,fn=A.unmount,mn=A.__;function mo(e,t){
A.__h&&A.__h(M,e,_t||t),_t=0;var o=M.__H||(M.__H={__:[],__h:[]});return e>=o.__.length&&o.__.push({}),o.__[e]}function K(e){
return _t=1,bi(gn,e)}function bi(e,t,o){var n=mo(We++,2);if(n.t=e,!n.__c&&(n.__=[o?o(t):gn(void 0,t),function(r){var a=(n.
__N||n.__)[0],l=n.t(a,r);co(a,l)||(n.__N=[l,n.__[1]],n.__c.setState({}))}],n.__c=M,!M.__f)){M.__f=!0;var i=M.shouldComponentUpdate;
M.shouldComponentUpdate=function(r,a,l){var d=this.__H;if(!d)return!0;var f=!1,c=this.props!=r;if(d.__.some(function(h){
h.__N&&(f=!0,co(h.__[0],h.__N[0])||(c=!0))}),i){var m=i.call(this,r,a,l);return f?m||c:m}return!f||c}}return n.__}function V(e,t){
var o=mo(We++,3);!A.__s&&$n(o.__H,t)&&(o.__P=!0,o.__=e,o.u=t,M.__H.__h.push(o))}function ho(e){return _t=5,$t(function(){return{current:e}},[])}function $t(e,t){var o=mo(We++,7);return $n(o.__H,t)&&(o.__=e(),o.__H=t),o.__}function wi(){var e;do{for(;e=po.shift();)try{He(e)}catch(o){A.__e(o,{__:(e=e.__P)&&e.__v})}for(;e=_n.shift();){var t=e.
__H;if(e.__P&&t)try{t.__h.some(He),t.__h.some(fo),t.__h=[]}catch(o){t.__h=[],A.__e(o,e.__v)}}}while(po.length)}A.__b=function(e){
M=null,un&&un(e)},A.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),mn&&mn(e,t)},A.__r=function(e){cn&&cn(e),We=
0;var t=(M=e.__c).__H;t&&(uo==M?M.__h=[]:(t.__h.some(He),t.__h.some(fo),We=0),t.__h=[],t.__.some(function(o){o.__N&&(o.__=
o.__N),o.u=o.__N=void 0})),uo=M},A.diffed=function(e){dn&&dn(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&vn(_n.push(t)),
t.__H.__.some(function(o){o.u&&(o.__H=o.u)})),uo=M=null},A.__c=function(e,t){t.some(function(o){try{o.__h.some(He),o.__h=
o.__h.filter(function(n){return!n.__||fo(n)})}catch(n){o.__h=[function(){throw n}]}}),pn&&pn(e,t)},A.unmount=function(e){
fn&&fn(e);var t,o,n=e.__c;n&&n.__H&&(n.__H.__.some(function(i){try{if(i.__P&&i.__c){if(o===void 0){for(o=e.__;o&&(!o.__c||
!o.__c.__P);)o=o.__;o=o&&o.__c}i.__P=o,vn(po.push(i))}else He(i)}catch(r){t=r}}),n.__H=void 0,t&&A.__e(t,n.__v))};var hn=typeof requestAnimationFrame==
"function";function ki(e){var t,o=function(){clearTimeout(n),hn&&cancelAnimationFrame(t),setTimeout(e)},n=setTimeout(o,35);
hn&&(t=requestAnimationFrame(o))}function vn(e){e!=1&&ln==A.requestAnimationFrame||((ln=A.requestAnimationFrame)||ki)(wi)}
function He(e){var t=M,o=e.__c;typeof o=="function"&&(e.__c=void 0,o()),M=t}function fo(e){var t=M;e.__c=e.__(),M=t}function $n(e,t){
return!e||e.length!=t.length||t.some(function(o,n){return!co(o,e[n])})}function gn(e,t){return typeof t=="function"?t(e):
t}var xi=Symbol.for("preact-signals");function wt(){if(ae>1)ae--;else{var e,t=!1;for((function(){var i=yt;for(yt=void 0;i!==
void 0;){var r=i.S;if(r.v===i.v)for(var a=r.t;a!==void 0;a=a.x)a.i===i.i&&(a.i=r.i);i=i.o}})();Ve!==void 0;){var o=Ve;for(Ve=
void 0,gt++;o!==void 0;){var n=o.u;if(o.u=void 0,o.f&=-3,!(8&o.f)&&bn(o))try{o.c()}catch(i){t||(e=i,t=!0)}o=n}}if(gt=0,ae--,
t)throw e}}function _o(e){if(ae>0)return e();vo=++Ei,ae++;try{return e()}finally{wt()}}var qe,E=void 0;function Ge(e){var t=E,
o=qe;E=void 0,qe=void 0;try{return e()}finally{E=t,qe=o}}var Ve=void 0,ae=0,gt=0,Ei=0,vo=0,yt=void 0,bt=0;function yn(e){
if(E!==void 0){var t=e.n;if(t===void 0||t.t!==E)return t={i:0,S:e,p:E.s,n:void 0,t:E,e:void 0,x:void 0,r:t},E.s!==void 0&&
(E.s.n=t),E.s=t,e.n=t,32&E.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=E.
s,t.n=void 0,E.s.n=t,E.s=t),t}}function I(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,
this.Z=t?.unwatched,this.name=t?.name}I.prototype.brand=xi;I.prototype.h=function(){return!0};I.prototype.S=function(e){
var t=this,o=this.t;o!==e&&e.e===void 0&&(e.x=o,this.t=e,o!==void 0?o.e=e:Ge(function(){var n;(n=t.W)==null||n.call(t)}))};
I.prototype.U=function(e){var t=this;if(this.t!==void 0){var o=e.e,n=e.x;o!==void 0&&(o.x=n,e.e=void 0),n!==void 0&&(n.e=
o,e.x=void 0),e===this.t&&(this.t=n,n===void 0&&Ge(function(){var i;(i=t.Z)==null||i.call(t)}))}};I.prototype.subscribe=
function(e){var t=this;return B(function(){var o=t.value;Ge(function(){return e(o)})},{name:"sub"})};I.prototype.valueOf=
function(){return this.value};I.prototype.toString=function(){return this.value+""};I.prototype.toJSON=function(){return this.
value};I.prototype.peek=function(){var e=this;return Ge(function(){return e.value})};Object.defineProperty(I.prototype,"\
value",{get:function(){var e=yn(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(gt>100)throw new Error(
"Cycle detected");(function(o){ae!==0&&gt===0&&o.l!==vo&&(o.l=vo,yt={S:o,v:o.v,i:o.i,o:yt})})(this),this.v=e,this.i++,bt++,
ae++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{wt()}}}});function v(e,t){return new I(e,t)}function bn(e){for(var t=e.
s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function wn(e){for(var t=e.s;t!==void 0;t=t.n){
var o=t.S.n;if(o!==void 0&&(t.r=o),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function kn(e){for(var t=e.s,o=void 0;t!==
void 0;){var n=t.p;t.i===-1?(t.S.U(t),n!==void 0&&(n.n=t.n),t.n!==void 0&&(t.n.p=n)):o=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),
t=n}e.s=o}function ke(e,t){I.call(this,void 0,t),this.x=e,this.s=void 0,this.g=bt-1,this.f=4}ke.prototype=new I;ke.prototype.
h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===bt))return!0;if(this.g=bt,this.f|=
1,this.i>0&&!bn(this))return this.f&=-2,!0;var e=E;try{wn(this),E=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&
(this.v=t,this.f&=-17,this.i++)}catch(o){this.v=o,this.f|=16,this.i++}return E=e,kn(this),this.f&=-2,!0};ke.prototype.S=
function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}I.prototype.S.call(this,e)};ke.prototype.
U=function(e){if(this.t!==void 0&&(I.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=
t.n)t.S.U(t)}};ke.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(
ke.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=yn(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function J(e,t){return new ke(e,t)}function xn(e){var t=e.j;if(e.j=
void 0,typeof t=="function"){ae++;var o=E;E=void 0;try{t()}catch(n){throw e.f&=-2,e.f|=8,$o(e),n}finally{E=o,wt()}}}function $o(e){
for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,xn(e)}function Si(e){if(E!==this)throw new Error("Out-of-o\
rder effect");kn(this),E=e,this.f&=-2;try{8&this.f&&$o(this)}finally{wt()}}function Te(e,t){this.x=e,this.j=void 0,this.
s=void 0,this.u=void 0,this.f=32,this.name=t?.name,qe&&qe.push(this)}Te.prototype.c=function(){var e=this.S();try{if(8&this.
f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};Te.prototype.S=function(){if(1&this.
f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,xn(this),wn(this),ae++;var e=E;return E=this,Si.bind(this,e)};Te.
prototype.N=function(){2&this.f||(this.f|=2,this.u=Ve,Ve=this)};Te.prototype.d=function(){this.f|=8,1&this.f||$o(this)};
Te.prototype.dispose=function(){this.d()};function B(e,t){var o=new Te(e,t);try{o.c()}catch(i){throw o.d(),i}var n=o.d.bind(
o);return n[Symbol.dispose]=n,n}var En,xt,kt,Oi=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var Sn=[];B(function(){En=this.N})();function Ae(e,t){w[e]=t.bind(null,w[e]||function(){})}function Ke(e){if(kt){var t=kt;
kt=void 0,t()}kt=e&&e.S()}function On(e){var t=this,o=e.data,n=Ti(o);n.name="ReactiveDom",n.value=o;var i=$t(function(){
for(var l=t,d=t.__v;d=d.__;)if(d.__c){d.__c.__$f|=4;break}var f=J(function(){var p=n.value.value;return p===0?0:p===!0?"":
p||""}),c=J(function(){return!Array.isArray(f.value)&&!oo(f.value)}),m=B(function(){if(this.N=Cn,c.value){var p=f.value;
l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=p)}}),h=t.__$u.d;return t.__$u.d=function(){m(),h.call(this)},
[c,f]},[]),r=i[0],a=i[1];return r.value?a.peek():a.value}On.displayName="ReactiveTextNode";Object.defineProperties(I.prototype,
{constructor:{configurable:!0,value:vt(we,null).constructor},type:{configurable:!0,value:On},props:{configurable:!0,get:function(){
var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});Ae("__b",function(e,t){if(Ke(),xt=
void 0,typeof t.type=="string"){var o,n=t.props;for(var i in n)if(i!=="children"){var r=n[i];r instanceof I&&(o||(t.__np=
o={}),o[i]=r,n[i]=r.peek())}}e(t)});Ae("__r",function(e,t){if(e(t),t.type!==we){Ke();var o,n=t.__c;n&&(n.__$f&=-2,(o=n.__$u)===
void 0&&(n.__$u=o=(function(i,r){var a;return B(function(){a=this},{name:r}),a.c=i,a})((function(i){return function(){var r;
Oi&&((r=this.y)==null||r.call(this)),i.__$f|=1,i.setState({})}})(n),typeof t.type=="function"?t.type.displayName||t.type.
name:""))),xt=n,Ke(o)}});Ae("__e",function(e,t,o,n){Ke(),xt=void 0,e(t,o,n)});Ae("diffed",function(e,t){Ke(),xt=void 0;var o;
if(typeof t.type=="string"&&(o=t.__e)){var n=t.__np,i=t.props,r=o.U;if(r)for(var a in r){var l=r[a];l===void 0||n&&a in n||
(l.d(),r[a]=void 0)}if(n){r||(r={},o.U=r);for(var d in n){var f=r[d],c=n[d];f===void 0?(f=Ci(o,d,c,i),r[d]=f):f.o(c,i)}}}
e(t)});function Ci(e,t,o,n){var i=t in e&&e.ownerSVGElement===void 0,r=v(o);return{o:function(a,l){r.value=a,n=l},d:B(function(){
this.N=Cn;var a=r.value.value;n[t]!==a&&(n[t]=a,i?e[t]=a:a!=null&&(a!==!1||t[4]==="-")?e.setAttribute(t,a):e.removeAttribute(
t))})}}Ae("unmount",function(e,t){if(typeof t.type=="string"){var o=t.__e;if(o){var n=o.U;if(n){o.U=void 0;for(var i in n){
var r=n[i];r&&r.d()}}}var a=t.__np;if(a){var l=t.props;for(var d in a)l[d]=a[d]}t.__np=void 0}else{var f=t.__c;if(f){f.__$f|=
8;var c=f.__$u;c&&(f.__$u=void 0,c.d())}}e(t)});Ae("__h",function(e,t,o,n){n<3&&(t.__$f|=2),e(t,o,n)});Ce.prototype.shouldComponentUpdate=
function(e,t){if(this.__R)return!0;var o=this.__$u,n=o&&o.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==
"boolean"&&this.u===!0){var r=2&this.__$f;if(!(n||r||4&this.__$f)||1&this.__$f)return!0}else if(!(n||4&this.__$f)||3&this.
__$f)return!0;for(var a in e)if(a!=="__source"&&e[a]!==this.props[a])return!0;for(var l in this.props)if(!(l in e))return!0;
return!1};function Ti(e,t){return $t(function(){return v(e,t)},[])}var Ai=function(e){queueMicrotask(function(){queueMicrotask(e)})};function Mi(){_o(function(){for(var e;e=Sn.shift();)En.call(e)})}function Cn(){Sn.push(this)===1&&(w.requestAnimationFrame||
Ai)(Mi)}function U(e,t,o="localStorage"){try{let n=window[o].getItem(`easel.${e}`);return n===null?t:JSON.parse(n)}catch{return t}}
function H(e,t,o="localStorage"){try{t===void 0?window[o].removeItem(`easel.${e}`):window[o].setItem(`easel.${e}`,JSON.stringify(
t))}catch{}}var go=window.matchMedia("(prefers-color-scheme: dark)"),Tn=U("appearance",null),fe=v(Tn?Tn==="dark":go.matches);function yo(){
document.documentElement.dataset.theme=fe.value?"dark":"light"}go.addEventListener("change",()=>{U("appearance",null)||(fe.
value=go.matches,yo())});yo();function An(){fe.value=!fe.value,H("appearance",fe.value?"dark":"light"),yo()}var me=class extends Error{constructor(t,o,n){super(o?.error??o?.message??`HTTP ${t}`),this.status=t,this.code=o?.code??
"",this.field=o?.details?.field??"",this.provider=o?.details?.provider,this.elsewhere=o?.details?.elsewhere,this.retryAfter=
Number(n?.get("Retry-After"))||o?.details?.retryAfter||0}get passing(){return this.status===0||this.status===503}};async function R(e,t,{
body:o,headers:n={},text:i}={}){let r={...n};o!==void 0&&(r["Content-Type"]="application/json");let a;try{a=await fetch(
t,{method:e,headers:r,body:i??(o===void 0?void 0:JSON.stringify(o))})}catch{throw new me(0,{error:"The network failed. I\
s Easel running?"})}let l=await a.json().catch(()=>null);if(!a.ok&&a.status!==304)throw new me(a.status,l,a.headers);return{
status:a.status,body:l,headers:a.headers}}async function Je(e,t){return(await R("GET",e,{headers:t})).body}function oe(e){
let{pathname:t}=new URL(e,location.href);return t.startsWith("/api/images/")?t:e}function Et(){return Array.from(crypto.
getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(2,"0")).join("")}function Me(e){return new Promise(t=>setTimeout(
t,e*1e3))}var y=v(null),Ye=v(null);async function Mn(){try{let[e,{providers:t},{models:o,fields:n}]=await Promise.all([R("GET","/a\
pi"),Je("/api/providers"),Je("/api/models")]),{features:i,access:r,picturesNeedKey:a,version:l}=e.body,d=(e.headers.get(
"X-Emulated-Providers")??"").split(/[, ]+/).filter(Boolean),f=e.headers.get("X-Local-Key");y.value={providers:t,models:o,
fields:n,features:i,access:r,picturesNeedKey:a,version:l,emulated:d,localKey:f},Ye.value=null}catch(e){Ye.value=e}}function St(e){
return y.value.features.includes(e)}function he(e){return y.value?.providers.find(t=>t.id===e)}function se(e){return y.value.
models.filter(t=>t.provider===e)}function C(e,t){return y.value?.models.find(o=>o.provider===e&&o.id===t)}function G({provider:e,
model:t}){return{provider:he(e)?.name??e,model:C(e,t)?.name??t}}function Ot(e){return y.value.models.filter(t=>t.family===
e.family&&t.provider!==e.provider)}var bo=U("credentials",null),In=U("credentials",null,"sessionStorage"),Ie=v(bo!==null),x=v(bo??In??{});function Nn(){let{
emulated:e,localKey:t}=y.value;bo||In||!t||(x.value=Object.fromEntries([...e,"access"].map(o=>[o,t])))}var Ii=/^(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr]|bearer(?:[\s:]+|$))+|(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr])+$/gi;
function Ct(e,t){x.value={...x.value,[e]:t.replace(Ii,"")},wo()}function Pn(e){Ie.value=e,wo()}function Dn(){x.value={},
Ie.value=!1,wo()}function wo(){let e=Object.fromEntries(Object.entries(x.value).filter(([,t])=>t));H("credentials",Ie.value?
e:void 0),H("credentials",Ie.value?void 0:e,"sessionStorage")}function Ne(){return y.value.access==="keys"}function Y(e){
let{[e]:t,access:o}=x.value;return!!(o||!Ne()&&(t||!he(e).requiresAuth))}function Tt(e){let{[e]:t,access:o}=x.value;return Ne()||
!!(o&&!t)}function Rn(e){let t=x.value[e];return{...Tt(e)?j():{},...t?{[he(e).authHeader]:t}:{}}}function Xe(){return y.
value.picturesNeedKey?j():{}}function j(){let{access:e}=x.value;return e?{Authorization:`Bearer ${e}`}:{}}var Ni=100,Ln=20,Pi=3,Un=["succeeded","failed","cancelled"],At=class{#t;#o;#e=[{cursor:"",asked:0,lines:[],settled:!1}];#n=0;constructor(t,o){
this.#t=t,this.#o=o}isOf(t){return this.#o===t}get lines(){return this.#e.flatMap(({lines:t})=>t.filter(({status:o})=>Un.
includes(o)))}get more(){return this.#e.length===Ln&&!!this.#e.at(-1).next}async look(t=!1){let o=this.#e.filter(({settled:n})=>!n);
for(let n of o.sort((i,r)=>i.asked-r.asked).slice(0,Pi))await this.#r(n,t);return o.length>0}async#r(t,o){let n=`/api/ba\
tches/${this.#t}/results?limit=${Ni}&cursor=${t.cursor}`,{body:i}=await R("GET",n,{headers:j()});t.asked=++this.#n,t.lines=
i.results,t.settled=o||i.results.length>0&&i.results.every(({status:r})=>Un.includes(r)),!(t.next||!i.next)&&(t.next=i.next,
this.#e.length<Ln&&this.#e.push({cursor:i.next,asked:0,lines:[],settled:!1}))}};var jn={"1 line is wrong: see it":"1 行有错：查看","A file of prompts becomes pictures overnight: a CSV with a hea\
der, or JSON Lines with one request a line.":"一个提示词文件，一夜之间变成图片：带表头的 CSV，或每行一个请求的 JSON Lines。",
"A token for {provider}":"{provider} 令牌","Again from {time}":"{time} 起可再试","Again with this":"照此再来",
All:"全选","All get the same seed, and the same size where they make it; steps and guidance are each model's own. Each\
 picture counts at its provider.":"所有模型使用相同的种子，尺寸在支持时也相同；步数和引导强度取各模型的默认值。每张图片都计入服务商的额度。",
"All pictures":"全部图片",Asked:"请求","Aspect ratio":"宽高比",Batches:"批量","Batches that you start here ar\
e listed here.":"在这里启动的批量任务会列在这里。","Calls this minute":"本分钟调用",Cancel:"取消",
"Cancel the batch":"取消批量任务",Cancelled:"已取消","Change it":"修改","Choose a file":"选择文件","Choos\
e another model":"另选模型",Close:"关闭",Code:"代码","Code of this call":"本次调用的代码","Compare models":"\
比较模型",Comparison:"比较",Completed:"已完成",Copied:"已复制",Copy:"复制","Copy link":"复制链接","Cop\
y parameters":"复制参数",Dark:"深色",Dismiss:"关闭提示","Do not wait for it":"不再等待",Done:"完成",Download:"\
下载","Download all":"全部下载","Draw with {provider}, without a token":"用 {provider} 绘制，无需令牌","Ea\
sel key":"Easel 密钥","Edit the prompt":"修改提示词","Emulated here, so that any token works: {names}.":"以下服务商在此为\
模拟，任何令牌都可用：{names}。","Enter a token":"填写令牌","Enter the key":"填写密钥",Failed:"失败",
"Failed lines":"失败的行","First lines":"前几行","Forget all":"全部清除",Format:"格式",Generate:"生成","G\
enerate {n} pictures":"生成 {n} 张图片","Get a token":"获取令牌","Get one":"获取",Guidance:"引导强度",Height:"\
高","It has begun, so its provider finishes it.":"任务已经开始，服务商会把它完成。","It stays in this t\
ab, and goes to this Easel only.":"令牌只留在此标签页，只发送给本 Easel。","Keep the seed":"锁定种子",
"Keep them on this device, also after the tab is closed":"保存在本设备上，关闭标签页后仍保留","Lets you\
 use the tokens of this Easel, and run batches":"可使用本 Easel 的令牌，并运行批量任务",Line:"行","Line \
{n}":"第 {n} 行","Loading…":"加载中…","Look again":"重新查看","Looking at the file…":"正在检查文件……",
Model:"模型","Models: {models}":"模型：{models}","Needed here; the owner of this Easel gives you one":"此处必填；请向本 Eas\
el 的管理员索取","Needed unless an Easel key pays; sent as {header}":"没有 Easel 密钥时必填；通过 {header} 发送",
"New batch":"新建批量任务","Newer picture":"较新的图片","No line is wrong.":"没有错误的行。",None:"全不选",
"Not in the picture":"反向提示词","Nothing is spent yet.":"尚未产生任何消耗。",Obtained:"结果","Older pi\
cture":"较早的图片","Optional: without one there is less to use":"可选：没有令牌时额度较少","Other file":"\
换个文件","Other pictures":"其他图片","Pick another size":"另选尺寸",Picture:"图片","Picture to start from":"\
起始图片",Pictures:"图片","Pictures are emulated here: no provider is asked, nothing is spent, and any token works\
.":"这里的图片由模拟器绘制：不请求服务商，不产生费用，任何令牌都可用。","Pictures left \
of your key until {time}: {n}":"密钥剩余图片（至 {time}）：{n}","Pictures this month":"本月图片","Pictures\
 today":"今日图片","Pictures under way":"进行中的图片","Programming language":"编程语言",Progress:"进度",
Prompt:"提示词",Provider:"服务商","Reading the file":"正在读取文件",Reason:"原因",Remove:"移除","Remove \
all":"全部移除","Remove all pictures?":"移除全部图片？","Remove from the list":"从列表移除","Results as \
a file":"下载结果文件","Results so far as a file":"下载目前的结果","Roll a seed":"随机种子","Run all of\
 it anew":"全部重新运行","Run the rest again":"重跑未完成的","Run the {n} without a picture again":"重新运行没有图片\
的 {n} 张",Running:"运行中","Same prompt on several models":"同一提示词，多个模型","Save and draw":"保存并绘制",
"Save and try again":"保存并重试","Say what you want to see.":"说出你想看到的画面。",Scale:"倍数","See \
that batch":"查看该批量任务",Seed:"种子","Show more":"显示更多","Show the comparison":"查看比较",Size:"\
尺寸","Start 1 picture":"开始生成 1 张图片","Start the batch":"启动批量任务","Start without it":"不用这张图片",
"Start {n} pictures":"开始生成 {n} 张图片","Starting a batch needs an Easel key.":"启动批量任务需要 Easel 密钥。",
"Starting…":"正在启动…",Steps:"步数","Swap width and height":"交换宽高","The bucket did not take the file.\
 Does AllowedOrigins of the deployment name {origin}?":"存储桶没有接受该文件。部署的 AllowedOrigins 是否包含 {origin}？",
"The first {lines} lines ask for {pictures} pictures; the file is longer.":"前 {lines} 行共 {pictures} 张图片；文件还有更多行。",
"These are the first {n} lines.":"这里是前 {n} 行。","These are the first {n} results; the file has all when the b\
atch has ended.":"这里是前 {n} 条结果；批量任务结束后，文件中有全部结果。","This browser has no\
 room for more pictures; the newest are here until the page is closed.":"浏览器空间已满；最新的图片只保留到页面关闭为止。",
"This browser keeps no gallery; pictures are here until the page is closed.":"此浏览器无法保存图库；图片只保留到页面关闭为止。",
"This file has run before, at {time}: {n} of {all} pictures, {failed} without one. What do you want?":"此文件已于 {time} 运行过：\
{all} 张中完成 {n} 张，{failed} 张没有图片。您想怎么做？","This file was started at {time} and still r\
uns.":"此文件已于 {time} 启动，仍在运行。","This model changes a picture":"此模型用于修改图片","Th\
e provider":"服务商","The samples are drawn by Easel's own emulator. Your pictures stay in this browser.":"示例由 Easel \
自带的模拟器绘制。你的图片保存在此浏览器中。","This Easel draws for those who have a key. Its owne\
r gives you one.":"此 Easel 只为持有密钥的人作画，请向管理员索取。","This model":"该模型","This m\
odel makes these sizes only":"此模型只支持这些尺寸",Time:"用时",Token:"令牌",Tokens:"令牌","Tokens are f\
illed in.":"令牌已填好。","Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of th\
em.":"令牌只留在此标签页，并仅通过请求头发送给本 Easel。Easel 不保存任何令牌。","Try again":"\
重试","Upscale {scale}×":"放大 {scale} 倍","Use this picture":"使用这张图片",Upscaling:"放大","Use {provid\
er}":"改用 {provider}","Vary the seed":"换个种子",Views:"视图","Waits for {provider} until {time}: {reason}":"等待\
 {provider} 至 {time}：{reason}","Waits for {provider}: {reason}":"等待 {provider}：{reason}","What should be in th\
e picture?":"画面里应该有什么？","What such a file looks like":"文件示例","What the key allows":"密钥的额度",
Width:"宽","Without one it draws from the prompt alone":"没有图片时仅按提示词生成","Write a prompt and gene\
rate, or begin with one of these: a click draws it.":"写下提示词并生成，或点一下下面的例子，立即绘制。",
"Write a prompt first.":"请先填写提示词。","Wrong lines":"有错的行","Zoom to full size":"放大到原始尺寸",
"a fox asleep in a snowy forest":"雪林中熟睡的狐狸","a lighthouse in a storm, oil painting":"暴风雨中的灯塔，油画",
"a paper boat on a quiet lake at dawn":"清晨平静湖面上的纸船","a rainy city street at night, neon signs":"雨夜的城\
市街道，霓虹灯","about {time} left":"约剩 {time}","again from {time}":"{time} 起恢复","also at {providers}":"\
另见 {providers}","an astronaut resting on the moon":"在月球上休息的宇航员","batches too":"可运行批量任务",
emulated:"模拟","handed over":"已提交","in the provider's queue: {n}":"服务商队列中的位置：{n}","low qual\
ity, blurry":"低质量，模糊","mountains above the clouds, ink wash":"云海之上的群山，水墨画","needs a to\
ken":"需要令牌","no batches":"不可运行批量任务","no token needed":"无需令牌",or:"或","or drop it here":"\
或拖放到这里","picks its own seed":"种子由模型自定",random:"随机","took {time}":"用时 {time}","until {t\
ime}":"有效期至 {time}","usually {time}":"通常 {time}","waits for its turn":"排队等待","{bad} lines are wrong:\
 see them":"{bad} 行有错：查看","{good} lines ask for {pictures} pictures.":"{good} 行，共 {pictures} 张图片。",
"your Easel key":"用 Easel 密钥","your token":"用你的令牌","{label}, slider":"{label}，滑块","{min} to {max}":"\
{min} 至 {max}","{min} to {max} pixels a side":"边长 {min} 至 {max} 像素","{min} to {max} pixels a side, in steps \
of {step}":"每边 {min} 至 {max} 像素，步长 {step}","1 wrong line":"1 行有错","{n} without a picture":"{n} 项没有\
图片","{n} without a picture so far":"目前 {n} 项没有图片","{n} wrong lines":"{n} 行有错","{n} KB":"{n} KB",
"{min} to {max}, in steps of {step},":"{min} 至 {max}（步长 {step}）","{n} a minute":"每分钟 {n} 张","{n} cance\
lled":"{n} 张已取消","{n} failed":"{n} 张失败","{n} of {all}":"{n} / {all}","{n} of {all} pictures":"{n} / {all} \
张图片","{n} pictures are removed from this browser. Their links live on until the deployment removes them.":"将从此浏览器移\
除 {n} 张图片。它们的链接在部署清理之前仍然有效。","{n} running":"{n} 张进行中","{n} s":"{n} 秒",
"{n} to come":"{n} 张待处理","{provider} draws on your own account there. Get a token, paste it here, and your pictu\
re begins.":"{provider} 使用你在那里的账户作画。获取令牌并粘贴到这里，图片随即开始绘制。",
"{provider} needs a token of yours.":"{provider} 需要你的令牌。","{time}, usually {usual}":"{time}，通常 {usual}"};var Di=navigator.language.toLowerCase().startsWith("zh")?"zh":"en",ve=v(U("language",Di));B(()=>{document.documentElement.
lang=ve.value==="zh"?"zh-Hans":"en"});function zn(e){ve.value=e,H("language",e)}function s(e,t={}){return(ve.value==="zh"?
jn[e]??e:e).replace(/\{(\w+)\}/g,(n,i)=>t[i]??n)}function le(e){let t=Math.max(0,Math.round(e));if(t<60)return s("{n} s",
{n:t});let o=[Math.floor(t/3600),Math.floor(t/60)%60,t%60];return(o[0]?o:o.slice(1)).map((i,r)=>r?String(i).padStart(2,"\
0"):i).join(":")}function ne(e,t={}){let o=new Date(e*1e3),i=o.toDateString()===new Date().toDateString()?{}:{month:"sho\
rt",day:"numeric"};return o.toLocaleString(ve.value==="zh"?"zh-CN":"en",{hour:"2-digit",minute:"2-digit",...i,...t})}function Fn(e){
return ne(e,{timeZoneName:"short"})}var W=v([]),D=v(null),Ri=2,Bn=256*1024;function Qe(e,t){W.value=W.value.map(o=>o.id===e?{...o,...t}:o)}function Hn(){H("\
batches",W.value.map(({id:e,name:t})=>({id:e,name:t})))}function Wn(){W.value=U("batches",[]),W.value.forEach(({id:e})=>Ze(
e))}async function qn(e){D.value={file:e};try{let t=e.size<=Bn,o=new Uint8Array(await e.slice(0,Bn).arrayBuffer()),n=t?o.
length:o.lastIndexOf(10)+1||o.length,i={"Content-Type":"application/octet-stream"},{body:r}=await R("POST","/api/batches\
/preview",{text:o.slice(0,n),headers:i});if(D.value?.file!==e)return;D.value={file:e,preview:r,whole:t&&r.complete},j().
Authorization&&Mt(e,{before:(await Gn(e)).batch})}catch(t){Mt(e,{error:t.message})}}function Mt(e,t){D.value?.file===e&&
(D.value={...D.value,...t})}function Vn(){D.value=null}async function It(e){let{file:t,before:o}=D.value;D.value={...D.value,
starting:!0,error:void 0};try{let n=e==="rest"?{retry:o.batchId}:await Li(t,e);if(!n)return;let i=await R("POST","/api/b\
atches",{body:n,headers:j()});Jn(i.body.batchId,t.name),D.value=null}catch(n){Mt(t,{starting:!1,error:n.message})}}async function Li(e,t){
let o=await Gn(e);return o.batch&&!t?(Mt(e,{starting:!1,before:o.batch}),null):(await Ui(o,e),{manifest:o.manifest,...t===
"anew"?{scheduledTime:new Date().toISOString()}:{}})}async function Gn(e){let t={size:e.size,name:e.name,digest:await ji(
e)};return(await R("POST","/api/batches/uploads",{body:t,headers:j()})).body}function Kn(){let{file:e,before:t}=D.value;
Jn(t.batchId,e.name),D.value=null}async function Ui({uploadUrl:e,uploadHeaders:t},o){if(!(await fetch(e,{method:"PUT",headers:t,
body:o}).catch(()=>null))?.ok)throw new Error(s("The bucket did not take the file. Does AllowedOrigins of the deployment\
 name {origin}?",{origin:location.origin}))}async function ji(e){if(!crypto.subtle)return`${e.size}-${e.lastModified}`;let t=new Uint8Array(
await crypto.subtle.digest("SHA-256",await e.arrayBuffer()));return Array.from(t.slice(0,16),o=>o.toString(16).padStart(
2,"0")).join("")}function Jn(e,t){W.value=[{id:e,name:t},...W.value.filter(o=>o.id!==e)],Hn(),Ze(e)}var ko=new Set;async function Ze(e){
if(ko.has(e))return;ko.add(e);let t,o=0,n=()=>Qe(e,{lines:t.lines,more:t.more});try{for(;;){let i=await R("GET",`/api/ba\
tches/${e}`,{headers:j()});if(!zi(e))return;let{counts:r,run:a,finishedAt:l}=i.body;Qe(e,{status:i.body,error:void 0}),t?.
isOf(a)||(t=new At(e,a));let d=r.succeeded+r.failed+r.cancelled;if(d!==o&&(await t.look(),n()),o=d,l)break;await Me(Number(
i.headers.get("Retry-After"))||Ri)}for(;await t.look(!0);)n()}catch(i){Qe(e,{error:i.message})}finally{ko.delete(e)}}function zi(e){
return W.value.find(t=>t.id===e)}async function Yn(e){let t=await fetch(`/api/batches/${e}/results`,{headers:j()});if(!t.
ok)throw new Error(`HTTP ${t.status}`);return t.blob()}async function Xn(e){await Zn(e,()=>R("DELETE",`/api/batches/${e}`,
{headers:j()}))}async function Qn(e){await Zn(e,()=>R("POST","/api/batches",{body:{retry:e},headers:j()})),Qe(e,{status:void 0,
lines:void 0})}async function Zn(e,t){try{await t(),Ze(e)}catch(o){Qe(e,{error:o.message})}}function er(e){W.value=W.value.
filter(t=>t.id!==e),Hn()}var _e=v([]),tt=v(""),et=new Map,So=null;function Eo(e){return new Promise((t,o)=>{e.onsuccess=()=>t(e.result),e.onerror=
()=>o(e.error)})}function tr(e){return So.transaction("pictures",e).objectStore("pictures")}async function or(){try{let e=indexedDB.
open("easel",1);e.onupgradeneeded=()=>e.result.createObjectStore("pictures",{keyPath:"id"}),So=await Eo(e);let t=await Eo(
tr("readonly").getAll());_e.value=t.sort((o,n)=>n.createdAt-o.createdAt)}catch{tt.value="This browser keeps no gallery; \
pictures are here until the page is closed."}}async function nr(e){if(_e.value.some(n=>n.id===e.id))return;let t=await Oo(
e.url),o=t?{...e,blob:t}:e;_e.value=[o,..._e.value].sort((n,i)=>i.createdAt-n.createdAt),await rr(n=>n.put(o))}async function Oo(e){
try{let t=await fetch(oe(e),{headers:Xe()});return t.ok?await t.blob():null}catch{return null}}async function Nt(e){_e.value=
_e.value.filter(t=>!e.includes(t.id));for(let t of e)URL.revokeObjectURL(et.get(t)),et.delete(t),await rr(o=>o.delete(t))}
async function rr(e){if(So)try{await Eo(e(tr("readwrite")))}catch{tt.value="This browser has no room for more pictures; \
the newest are here until the page is closed."}}function Pe(e){return e.blob?(et.has(e.id)||et.set(e.id,URL.createObjectURL(
e.blob)),et.get(e.id)):oe(e.url)}function Pt(e){let t={JPEG:"jpg"}[e.format]??e.format.toLowerCase(),{asked:o,details:n,
id:i}=e;return`${xo(o.prompt??"upscaled").slice(0,40)||"picture"}-${xo(n.model)}-${xo(n.provider)}-${i.slice(-6)}.${t}`}
function xo(e){return e.replace(/[^\p{L}\p{N}.]+/gu,"-").replace(/^[-.]+|[-.]+$/g,"")}var Fi=Uint32Array.from({length:256},(e,t)=>{let o=t;for(let n=0;n<8;n+=1)o=o&1?o>>>1^3988292384:o>>>1;return o});function Bi(e){
let t=4294967295;for(let o of e)t=Fi[(t^o)&255]^t>>>8;return(t^4294967295)>>>0}function Co(...e){let t=new Uint8Array(e.
reduce((i,[r])=>i+r,0)),o=new DataView(t.buffer),n=0;for(let[i,r]of e)i===2?o.setUint16(n,r,!0):o.setUint32(n,r,!0),n+=i;
return t}var Hi=2048;function ir(e){let t=new Date,o=t.getHours()<<11|t.getMinutes()<<5|t.getSeconds()>>1,n=t.getFullYear()-
1980<<9|t.getMonth()+1<<5|t.getDate(),i=[],r=[],a=0;for(let{name:f,bytes:c}of e){let m=new TextEncoder().encode(f),h=c.length,
p=[[2,20],[2,Hi],[2,0],[2,o],[2,n],[4,Bi(c)],[4,h],[4,h],[2,m.length],[2,0]],$=Co([4,67324752],...p);r.push(Co([4,33639248],
[2,20],...p,[2,0],[2,0],[2,0],[4,0],[4,a]),m),i.push($,m,c),a+=$.length+m.length+h}let l=r.reduce((f,c)=>f+c.length,0),d=Co(
[4,101010256],[2,0],[2,0],[2,e.length],[2,e.length],[4,l],[4,a],[2,0]);return new Blob([...i,...r,d],{type:"application/\
zip"})}function Dt(e,t){let o=URL.createObjectURL(e);ar(o,t),setTimeout(()=>URL.revokeObjectURL(o),6e4)}function ar(e,t){let o=document.
createElement("a");o.href=e,o.download=t,o.click()}function sr(e){ar(Pe(e),Pt(e))}function To(e){let{id:t,asked:o,details:n,
format:i,warnings:r,createdAt:a}=e;return{file:Pt(e),jobId:t,createdAt:a,asked:o,obtained:{...n,format:i},warnings:r}}async function lr(e){
let t=e.filter(i=>i.blob),o=await Promise.all(t.map(async i=>({name:Pt(i),bytes:new Uint8Array(await i.blob.arrayBuffer())}))),
n=new TextEncoder().encode(JSON.stringify(e.map(To),null,2));Dt(ir([...o,{name:"parameters.json",bytes:n}]),"easel-pictu\
res.zip")}var ur={codes:{INVALID_REQUEST:["Easel does not understand this request.","Easel 无法理解这个请求。"],INVALID_PROVIDER:[
"There is no such provider here. Choose another one.","这里没有这个服务商，请另选一个。"],INVALID_MODEL:[
"{provider} has no such model. Choose another one.","{provider} 没有这个模型，请另选一个。"],INVALID_PROMPT:[
"{provider} does not take this prompt. Change it.","{provider} 不接受这个提示词，请修改。"],INVALID_DIMENSIONS:[
"{model} does not make this size. Pick another one.","{model} 不支持这个尺寸，请另选一个。"],INVALID_PARAMS:[
"{model} does not take one of these settings.","{model} 不接受其中的某项设置。"],AUTH_REQUIRED:["{provider} d\
raws only with a token of yours.","{provider} 需要你的令牌才能作画。"],"AUTH_REQUIRED.key":["This Easel draws\
 only for those who have an Easel key.","此 Easel 只为持有 Easel 密钥的人作画。"],AUTH_INVALID:["{provider} \
does not accept your token.","{provider} 不接受你的令牌。"],"AUTH_INVALID.key":["The Easel key is not valid, or \
does not allow this.","Easel 密钥无效，或不允许此操作。"],AUTH_EXPIRED:["Your token for {provider} has expi\
red. Get a new one.","你的 {provider} 令牌已过期，请获取新的令牌。"],NOT_FOUND:["Easel has this no more:\
 it keeps pictures and jobs for a limited time.","Easel 已不再保存它：图片和任务只保留一段时间。"],METHOD_NOT_ALLOWED:[
"This Easel does not offer that. Reload the page.","此 Easel 不提供该操作，请刷新页面。"],CANCELLED:["It w\
as cancelled before it began. Nothing was spent.","任务在开始前已取消，没有产生消耗。"],PAYLOAD_TOO_LARGE:[
"That is too much for one request. Make it smaller.","请求内容过大，请缩小后重试。"],NOT_SUPPORTED:["Easel\
 does not do that; it makes pictures only.","Easel 不支持此操作，它只生成图片。"],RATE_LIMITED:["{provider\
} gets too many requests at the moment.","{provider} 目前请求过多。"],"RATE_LIMITED.own":["That was more than thi\
s Easel allows at once.","超出了此 Easel 同时允许的请求数。"],QUOTA_EXCEEDED:["What {provider} gives your t\
oken is used up for now.","{provider} 给你的令牌的额度暂时用完了。"],"QUOTA_EXCEEDED.own":["What this Ease\
l allows you is used up for now.","此 Easel 给你的额度暂时用完了。"],PROMPT_REJECTED:["{provider} refuses to\
 draw this prompt. Say it differently.","{provider} 拒绝绘制这个提示词，请换一种说法。"],MODEL_RETIRED:[
"{provider} no longer offers {model}.","{provider} 已不再提供 {model}。"],GENERATION_FAILED:["{provider} began the\
 picture and could not finish it.","{provider} 开始绘制，但未能完成。"],PROVIDER_ERROR:["{provider} has a pro\
blem at the moment.","{provider} 目前出了问题。"],NO_PICTURE:["{provider} reported success but sent no picture. I\
t may count this one.","{provider} 报告成功，却没有给出图片，可能仍会计入额度。"],DOWNLOAD_FAILED:[
"{provider} drew the picture, but it could not be fetched.","{provider} 画好了图片，但未能取回。"],UPSTREAM_ERROR:[
"{provider} cannot be reached at the moment.","目前无法连接 {provider}。"],TIMEOUT:["{provider} took too long. It\
 may be busy.","{provider} 用时过长，可能正忙。"],UNKNOWN:["Something went wrong in Easel itself.","Easel 内部出错\
了。"],BUSY:["This Easel is busy at the moment.","此 Easel 目前繁忙。"],OFFLINE:["Easel does not answer. Is it r\
unning, and are you online?","Easel 没有响应。它在运行吗？网络是否正常？"]},fields:{provider:["There i\
s no such provider here. Choose another one.","这里没有这个服务商，请另选一个。"],model:["{provider} has\
 no such model. Choose another one.","{provider} 没有这个模型，请另选一个。"],prompt:["Describe the picture\
, in at most 4000 characters.","请描述画面，最多 4000 个字符。"],"prompt.provider":["{provider} does not tak\
e this prompt; most likely it is too long.","{provider} 不接受这个提示词，很可能是太长了。"],negativePrompt:[
"At most 4000 characters, as plain text.","最多 4000 个字符的纯文本。"],width:["{model} takes {sides} pixels a\
 side.","{model} 的边长须为 {sides} 像素。"],"width.provider":["{provider} does not make this size with {model}.\
 Pick another one.","{provider} 的 {model} 不支持这个尺寸，请另选一个。"],height:["{model} takes {sides} \
pixels a side.","{model} 的边长须为 {sides} 像素。"],"height.provider":["{provider} does not make this size with\
 {model}. Pick another one.","{provider} 的 {model} 不支持这个尺寸，请另选一个。"],size:["Write a size as\
 width x height, such as 1024x768.","尺寸应写作“宽x高”，例如 1024x768。"],steps:["{model} takes {steps} s\
teps, a whole number.","{model} 的步数须为 {steps} 的整数。"],guidanceScale:["{model} takes a guidance of {guid\
ance}.","{model} 的引导强度须为 {guidance}。"],count:["A line asks for 1 to 1000 pictures, a whole number.","每行的\
图片数须为 1 至 1000 的整数。"],seed:["A seed is a whole number up to 2147483647. Leave it empty for a random \
one.","种子是不超过 2147483647 的整数；留空则随机。"],responseFormat:["A picture comes as url or as b64_\
json.","图片只能以 url 或 b64_json 返回。"],image:["{model} starts from a picture that it can read: choose a PN\
G, JPEG or WebP.","{model} 需要一张可读取的起始图片：请选择 PNG、JPEG 或 WebP。"],url:["Easel cannot \
read the picture at this link.","Easel 无法读取此链接的图片。"],scale:["A picture can be made 1 to 4 times as\
 large.","图片可放大 1 到 4 倍。"],body:["Easel cannot read what was sent.","Easel 无法读取发送的内容。"],
file:["Easel cannot read this file.","Easel 无法读取此文件。"],id:["Easel does not know it, or keeps it no more.",
"Easel 不认识它，或已不再保存。"],job:["Easel does not know this job.","Easel 不认识这个任务。"],hop:[
"This link is not complete.","此链接不完整。"],manifest:["Easel cannot read this list of prompts.","Easel 无法读取这个提\
示词列表。"],requests:["The list of prompts is empty, or too long.","提示词列表为空或过长。"],retry:["Th\
ere is no such batch to run again.","没有可重跑的该批量任务。"],scheduledTime:["The time of the batch cannot\
 be read.","无法识别批量任务的时间。"],name:["The file's name is too long.","文件名过长。"],digest:["T\
he file's digest is too long.","文件摘要过长。"],custom_id:["Two lines have the same custom_id, or it is too long\
.","两行的 custom_id 相同，或过长。"],cursor:["This page of the list is gone. Begin with the first.","列表的这一页已失\
效，请从第一页开始。"],stream:["Easel does not send this as a stream.","Easel 不支持以流的方式发送。"],
"Idempotency-Key":["The same key came with another request. Send it again.","同一个键用于了不同的请求，请重新发送。"],
"Content-Encoding":["Easel cannot unpack what was sent.","Easel 无法解压发送的内容。"],Authorization:["The Eas\
el key is not valid, or does not allow this.","Easel 密钥无效，或不允许此操作。"],token:["{provider} does n\
ot accept your token.","{provider} 不接受你的令牌。"]}};var qi=["provider","model","prompt","negativePrompt","width","height","size","image","steps","guidanceScale","seed","res\
ponseFormat"];function ot(){return Object.entries(y.value.fields??{}).filter(([t])=>!qi.includes(t)).map(([t,{anyOf:o=[],
...n}])=>({name:t,...o.find(({type:i})=>i!=="null"),...n}))}function Rt({type:e}){return e==="integer"||e==="number"}function cr({
name:e}){let t=e.replace(/[A-Z]/g,o=>` ${o.toLowerCase()}`);return t[0].toUpperCase()+t.slice(1)}var Vi=[{name:"1:1",width:1024,height:1024},{name:"4:3",width:1152,height:864},{name:"3:4",width:864,height:1152},{name:"\
3:2",width:1248,height:832},{name:"2:3",width:832,height:1248},{name:"16:9",width:1280,height:720},{name:"9:16",width:720,
height:1280}];function dr(e){return e.sizes.only??Vi.map(t=>({...t,...pr(t,e.sizes)}))}function nt(e,t){return Number(e.
width)===t.width&&Number(e.height)===t.height}function rt(e,t){let{only:o}=t.sizes;if(!o)return pr(e,t.sizes);if(o.some(
a=>nt(e,a)))return{width:e.width,height:e.height};let n=e.width/e.height||1,i=a=>Math.abs(Math.log(a.width/a.height/n)),
r=o.reduce((a,l)=>i(l)<i(a)?l:a);return{width:r.width,height:r.height}}function pr({width:e,height:t},{min:o,max:n,step:i=1}){
let r=Math.max(e,t),a=r>n?n/r:1,l=d=>{let f=Math.floor((n-o)/i),c=Math.round((d*a-o)/i);return Number(d)>0?o+Math.min(Math.
max(c,0),f)*i:d};return{width:l(e),height:l(t)}}var Lt=2147483647,fr=8,mr={prompt:"",negativePrompt:"",width:1024,height:1024,seed:"",count:1,image:""},g=v(mr),re=v({});
function hr(){let e={...mr,...U("form",{})};e.image.startsWith("blob:")&&(e.image="");let t=C(e.provider,e.model);g.value=
e,t||xe(y.value.models[0])}function T(e){g.value={...g.value,...e},it(Object.keys(e)),H("form",g.value)}function it(e){re.
value=Object.fromEntries(Object.entries(re.value).filter(([t])=>!e.includes(t)))}function vr(e){let{family:t}=C(g.value.
provider,g.value.model),o=se(e);xe(o.find(n=>n.family===t)??o[0])}function xe(e){T({provider:e.provider,model:e.id,steps:e.
features.steps.default,guidanceScale:e.features.guidanceScale?.default??"",...rt(g.value,e)})}function Re(e){let t=C(e.provider,
e.model);t&&xe(t);let{prompt:o,negativePrompt:n="",width:i,height:r,seed:a,steps:l,guidanceScale:d,image:f=""}=e,c=Object.
fromEntries(ot().map(({name:h})=>[h,e[h]??""])),m={prompt:o,negativePrompt:n,width:i,height:r,seed:a??"",image:f,...c};T(
t?{...m,steps:l,...d===void 0?{}:{guidanceScale:d}}:m)}function Ut(e){let t=C(e.provider,e.model),{guidanceScale:o,negativePrompt:n,
edits:i}=t.features,r={provider:e.provider,model:e.model,prompt:e.prompt,negativePrompt:n?e.negativePrompt:"",width:De(e.
width),height:De(e.height),steps:De(e.steps),guidanceScale:o?De(e.guidanceScale):"",seed:De(e.seed),image:i?e.image:""};
for(let a of ot()){let l=e[a.name]??"";r[a.name]=Rt(a)?De(l):l}return Object.fromEntries(Object.entries(r).filter(([a,l])=>a===
"prompt"||l!==""))}function De(e){let t=typeof e=="string"?e.trim():e;return t===""||Number.isNaN(Number(t))?t:Number(t)}
function jt(e){let t=Ut(e);return Array.from({length:Number(e.count)||1},(o,n)=>Number.isInteger(t.seed)&&n?{...t,seed:Math.
min(Lt,t.seed+n)}:t)}function Ee(e,t,o){let{steps:n,guidanceScale:i}=e.features,r={provider:e.provider,model:e.id,steps:n.
default,guidanceScale:i?.default??""};return Ut({...t,...r,...rt(t,e),seed:o})}function at({features:e},t){return C(t.provider,
t.model).features.edits&&t.image?e.edits:!e.needsImage}function st(){return crypto.getRandomValues(new Uint32Array(1))[0]%
(Lt+1)}var _r=/^INVALID_/,$r=/\{(\w+)\}/g,Gi={0:"OFFLINE",413:"PAYLOAD_TOO_LARGE",429:"BUSY",503:"BUSY"},Ki=["RATE_LIMITED","PR\
OVIDER_ERROR","UPSTREAM_ERROR","TIMEOUT","GENERATION_FAILED","NO_PICTURE","DOWNLOAD_FAILED","UNKNOWN","BUSY","OFFLINE","\
CANCELLED","QUOTA_EXCEEDED","NOT_FOUND"],Ji=["RATE_LIMITED","QUOTA_EXCEEDED","PROVIDER_ERROR","UPSTREAM_ERROR","TIMEOUT",
"GENERATION_FAILED","NO_PICTURE","MODEL_RETIRED","PROMPT_REJECTED","AUTH_REQUIRED","AUTH_INVALID","AUTH_EXPIRED"];function Se(e,t){
let{code:o,field:n,status:i,retryAfter:r,provider:a,elsewhere:l,message:d}=e;return{code:o||(Gi[i]??"UNKNOWN"),field:n,retryAfter:r,
provider:a,elsewhere:l,message:d,asked:t,at:Date.now()}}function X(e){let t=Xi(e),[o,n]=Yi(e,t);return(ve.value==="zh"?n:
o).replace($r,(r,a)=>t[a])}var Q=J(()=>Object.fromEntries(Object.entries(re.value).map(([e,t])=>[e,X(t)])));function Yi({
code:e,field:t,provider:o},n){let{codes:i,fields:r}=ur,a=_r.test(e)&&(o&&r[`${t}.provider`]||r[t]);if(a&&[...a[0].matchAll(
$r)].every(([,d])=>n[d]))return a;let l={AUTH:t==="Authorization"||!o?"key":"",RATE:o?"":"own",QUOTA:o?"":"own"}[e.split(
"_")[0]];return i[`${e}.${l}`]??i[e]??i.UNKNOWN}function Xi({asked:e={},provider:t}){let o=G({...e,provider:t??e.provider}),
n=C(e.provider,e.model),i=a=>a?s("{min} to {max}",a):"",r=n&&(n.sizes.step?s("{min} to {max}, in steps of {step},",n.sizes):
i(n.sizes));return{provider:o.provider??s("The provider"),model:o.model??s("This model"),sides:r,steps:i(n?.features.steps),
guidance:i(n?.features.guidanceScale)}}function gr({retryAfter:e,at:t}){return e>0?s("Again from {time}",{time:Fn(t/1e3+
e)}):""}function yr({code:e,field:t,asked:o,elsewhere:n}){let i=o&&C(o.provider,o.model),r=i?Ot(i).filter(l=>at(l,o)):(n??
[]).map(({provider:l,model:d})=>C(l,d)).filter(Boolean),a=l=>Y(l.provider)?0:1;return{token:e.startsWith("AUTH_"),edit:{
PROMPT_REJECTED:"prompt",PAYLOAD_TOO_LARGE:"prompt",INVALID_DIMENSIONS:"width",MODEL_RETIRED:"model"}[e]??(_r.test(e)?t??
"prompt":""),again:Ki.includes(e),elsewhere:Ji.includes(e)?r.sort((l,d)=>a(l)-a(d)):[]}}function br(){return y.value.providers.
find(({id:e,requiresAuth:t})=>!t&&Y(e))}var kr=function(e,t,o,n){var i;t[0]=0;for(var r=1;r<t.length;r++){var a=t[r++],l=t[r]?(t[0]|=a?1:2,o[t[r++]]):t[++r];a===
3?n[0]=l:a===4?n[1]=Object.assign(n[1]||{},l):a===5?(n[1]=n[1]||{})[t[++r]]=l:a===6?n[1][t[++r]]+=l+"":a?(i=e.apply(l,kr(
e,l,o,["",null])),n.push(i),l[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):n.push(l)}return n},wr=new Map;function xr(e){var t=wr.get(this);
return t||(t=new Map,wr.set(this,t)),(t=kr(this,t.get(e)||(t.set(e,t=(function(o){for(var n,i,r=1,a="",l="",d=[0],f=function(h){
r===1&&(h||(a=a.replace(/^\s*\n\s*|\s*\n\s*$/g,"")))?d.push(0,h,a):r===3&&(h||a)?(d.push(3,h,a),r=2):r===2&&a==="..."&&h?
d.push(4,h,0):r===2&&a&&!h?d.push(5,0,!0,a):r>=5&&((a||!h&&r===5)&&(d.push(r,0,a,i),r=6),h&&(d.push(r,h,0,i),r=6)),a=""},
c=0;c<o.length;c++){c&&(r===1&&f(),f(c));for(var m=0;m<o[c].length;m++)n=o[c][m],r===1?n==="<"?(f(),d=[d],r=3):a+=n:r===
4?a==="--"&&n===">"?(r=1,a=""):a=n+a[0]:l?n===l?l="":a+=n:n==='"'||n==="'"?l=n:n===">"?(f(),r=1):r&&(n==="="?(r=5,i=a,a=
""):n==="/"&&(r<5||o[c][m+1]===">")?(f(),r===3&&(d=d[0]),r=d,(d=d[0]).push(2,0,r),r=0):n===" "||n==="	"||n===`
`||n==="\r"?(f(),r=2):a+=n),r===3&&a==="!--"&&(r=4,d=d[0])}return f(),d})(e)),t),arguments,[])).length>1?t:t[0]}var u=xr.bind(vt);var Qi=200;function Ao({error:{code:e,field:t,provider:o},provider:n,model:i}){return X({code:e,field:t,provider:o,asked:{
provider:n,model:i}})}function Mo({line:e,error:t,code:o,details:n}){return{line:e,error:{code:o,message:t,...n}}}function zt({
lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Reason")}</th></tr></thead>
        <tbody>
          ${e.slice(0,Qi).map(o=>u`
            <tr key=${`${o.line}-${o.copy}`}><th scope="row">${o.line}</th>
              <td>${Ao(o)} <small lang="en"><code>${o.error.code}</code> ${o.error.message}</small></td></tr>`)}
        </tbody>
      </table>
    </div>
  `}var Zi={again:"M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",arrow:"M5 12h14M13 6l6 6-6 6",back:"M19 12H5M11 6l-6 6 6 6",brush:"M1\
4 4l6 6-8 8H6v-6zM4 20h16",check:"m5 13 4 4L19 7",close:"M6 6l12 12M18 6 6 18",code:"m8 7-5 5 5 5M16 7l5 5-5 5",copy:"M9\
 9h11v11H9zM5 15H4V4h11v1",die:"M5 5h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",download:"M12 4v11M7 11l5 5\
 5-5M5 20h14",enlarge:"M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",grid:"M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
key:"M21 3l-9.3 9.3M16 8l3 3M12.5 15.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z",locked:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v\
3",moon:"M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",open:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.5-2",spark:"M12 3v6M12 15v6M\
3 12h6M15 12h6M6 6l3 3M15 15l3 3M18 6l-3 3M9 15l-3 3",sun:"M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4\
 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",swap:"M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4\
 4",trash:"M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",upload:"M12 20V9M7 13l5-5 5 5M5 4h14",vary:"M4 7h3l10 10h3M4 17h3l3-3M14 1\
0l3-3h3M17 4l3 3-3 3M17 14l3 3-3 3"};function _({name:e}){return u`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${Zi[e]} /></svg>`}var Er=24,ea={planning:"Reading the file",running:"Running",completed:"Completed",cancelled:"Cancelled",failed:"Failed"};
function Sr({batch:e}){let{name:t,status:o,lines:n,error:i}=e,r=i??o?.error?.error;return u`
    <article class="batch" aria-label=${t}>
      <header><h3>${t}</h3><span class=${`badge ${o?.status??""}`} role="status">${s(ea[o?.status]??o?.status??"…")}</span></header>
      ${r&&u`<p class="error" role="alert">${r}</p>`}
      ${o&&u`<${ta} status=${o} />`}
      <${na} batch=${e} />
      ${n&&u`<${ia} batch=${e} />`}
    </article>
  `}function ta({status:e}){let{requests:t,succeeded:o,failed:n,invalid:i,running:r,pending:a,cancelled:l}=e.counts,d=t-
i,f=o+n-i+l,c=[s("{n} of {all} pictures",{n:o,all:d}),n>i&&s("{n} failed",{n:n-i}),i>0&&(i===1?s("1 wrong line"):s("{n} \
wrong lines",{n:i})),l&&s("{n} cancelled",{n:l}),r&&s("{n} running",{n:r}),a&&s("{n} to come",{n:a})],m=[e.rate>0&&s("{n\
} a minute",{n:(e.rate*60).toFixed(e.rate<.2?1:0)}),e.etaSeconds!==void 0&&s("about {time} left",{time:le(e.etaSeconds)}),
e.finishedAt&&s("took {time}",{time:le(e.finishedAt-e.startedAt)})];return u`
    <progress aria-label=${s("Progress")} max=${d||1} value=${f}></progress>
    <p class="counts">${c.filter(Boolean).join(" · ")}</p>
    <p class="hint">${m.filter(Boolean).join(" · ")}</p>
    ${(e.waitingFor??[]).map(h=>u`<p class="notice" key=${h.provider}>${oa(h)}</p>`)}
  `}function oa({provider:e,until:t,reason:o}){let n={provider:G({provider:e}).provider,time:t?ne(t):"",reason:o};return t?
s("Waits for {provider} until {time}: {reason}",n):s("Waits for {provider}: {reason}",n)}function na({batch:{id:e,name:t,
status:o,lines:n,error:i}}){let r=!!o?.finishedAt,a=r&&o.counts.succeeded<o.counts.requests-o.counts.invalid;return u`
    <div class="buttons">
      ${o&&!r&&u`<button type="button" onClick=${()=>Xn(e)}>${s("Cancel the batch")}</button>`}
      ${a&&u`<button type="button" onClick=${()=>Qn(e)}><${_} name="again" /> ${s("Run the rest again")}</button>`}
      ${r&&u`<button type="button" onClick=${async()=>Dt(await Yn(e),`${t}.results.jsonl`)}><${_} name="download" /> ${s(
"Results as a file")}</button>`}
      ${!r&&n?.length>0&&u`<button type="button" onClick=${()=>Dt(ra(n),`${t}.results.jsonl`)}><${_} name="download" /> ${s(
"Results so far as a file")}</button>`}
      ${i&&u`<button type="button" onClick=${()=>Ze(e)}>${s("Look again")}</button>`}
      <button type="button" class="quiet" onClick=${()=>er(e)}>${s("Remove from the list")}</button>
    </div>
  `}function ra(e){return new Blob(e.map(t=>`${JSON.stringify(t)}
`),{type:"application/x-ndjson"})}function ia({batch:{lines:e,more:t,status:o}}){let[n,i]=K(Er),r=e.filter(l=>l.status===
"succeeded"),a=e.filter(l=>l.status==="failed");return u`
    ${t&&u`<p class="hint">${s("These are the first {n} results; the file has all when the batch has ended.",{n:e.length})}</p>`}
    ${a.length>0&&u`
      <details open>
        <summary>${o.finishedAt?s("{n} without a picture",{n:a.length}):s("{n} without a picture so far",{n:a.length})}</summary>
        <${zt} lines=${a} label=${s("Failed lines")} />
      </details>`}
    ${r.length>0&&u`
      <ul class="grid small">
        ${r.slice(0,n).map(l=>u`
          <li key=${l.jobId}><${aa} line=${l} /></li>`)}
      </ul>
      ${r.length>n&&u`<button type="button" class="more" onClick=${()=>i(n+Er)}>${s("Show more")}</button>`}`}
  `}function aa({line:e}){let{picturesNeedKey:t}=y.value,[o,n]=K(t?null:oe(e.url));return V(()=>{if(!t)return;let i,r=!1;
return Oo(e.url).then(a=>{!a||r||(i=URL.createObjectURL(a),n(i))}),()=>{r=!0,URL.revokeObjectURL(i)}},[]),o?u`<a href=${o} target="_blank" rel="noopener"><img src=${o} alt=${s(
"Line {n}",{n:e.line})} loading="lazy" /></a>`:null}var Ft=v(!1),sa=`provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;function Or({onTokens:e}){return u`
    <div class="batches">
      <section aria-label=${s("New batch")}>
        <h2>${s("New batch")}</h2>
        <p>${s("A file of prompts becomes pictures overnight: a CSV with a header, or JSON Lines with one request a line\
.")}</p>
        ${D.value?u`<${ua} onTokens=${e} />`:u`<${la} />`}
      </section>
      <section aria-label=${s("Batches")}>
        <h2>${s("Batches")}</h2>
        ${W.value.length===0&&u`<p class="hint">${s("Batches that you start here are listed here.")}</p>`}
        ${W.value.map(t=>u`<${Sr} key=${t.id} batch=${t} />`)}
      </section>
    </div>
  `}function la(){let e=o=>o[0]&&qn(o[0]),t=o=>{o.preventDefault(),Ft.value=!1,e(o.dataTransfer.files)};return u`
    <label class=${Ft.value?"drop over":"drop"} onDragOver=${o=>{o.preventDefault(),Ft.value=!0}}
      onDragLeave=${()=>{Ft.value=!1}} onDrop=${t}>
      <${_} name="upload" />
      <span><b>${s("Choose a file")}</b> ${s("or drop it here")}</span>
      <input type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv" onChange=${o=>e(o.target.files)} />
    </label>
    <details>
      <summary>${s("What such a file looks like")}</summary>
      <pre tabindex="0"><code>${sa}</code></pre>
    </details>
  `}function ua({onTokens:e}){let{file:t,preview:o,before:n,error:i}=D.value,r=x.value.access;return u`
    <div class="manifest">
      <p><b>${t.name}</b> <span class="hint">${s("{n} KB",{n:Math.max(1,Math.round(t.size/1024))})}</span></p>
      ${!o&&!i&&u`<p role="status">${s("Looking at the file…")}</p>`}
      ${i&&u`<p class="error" role="alert">${i}</p>`}
      ${o&&u`<${ca} />`}
      ${o&&!r&&u`
        <div class="notice"><p>${s("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${e}><${_} name="key" /> ${s("Enter the key")}</button></div>`}
      ${n&&u`<p class="notice" role="status">${da(n)}</p>`}
      <${pa} />
    </div>
  `}function ca(){let{preview:{lines:e,invalid:t,counts:o},whole:n}=D.value,i={...o,good:o.lines-o.invalid,bad:o.invalid},
r=n?s("{good} lines ask for {pictures} pictures.",i):s("The first {lines} lines ask for {pictures} pictures; the file is\
 longer.",i);return u`
    <p role="status">${r} ${!o.invalid&&s("No line is wrong.")} ${s("Nothing is spent yet.")}</p>
    ${o.invalid>0&&u`
      <details class="wrong">
        <summary>${o.invalid===1?s("1 line is wrong: see it"):s("{bad} lines are wrong: see them",i)}</summary>
        <${zt} lines=${t.map(Mo)} label=${s("Wrong lines")} />
      </details>`}
    <${fa} lines=${e} label=${s("First lines")} />
    ${o.lines>e.length&&u`<p class="hint">${s("These are the first {n} lines.",{n:e.length})}</p>`}
  `}function da({createdAt:e,finishedAt:t,counts:o}){if(!t)return s("This file was started at {time} and still runs.",{time:ne(
e)});let n={time:ne(e),n:o.succeeded,all:o.requests-o.invalid,failed:o.failed-o.invalid+o.cancelled};return s("This file\
 has run before, at {time}: {n} of {all} pictures, {failed} without one. What do you want?",n)}function pa(){let{preview:e,
whole:t,before:o,starting:n}=D.value,r=!x.value.access||n,a=e?.counts.pictures,l=a===1?s("Start 1 picture"):t?s("Start {\
n} pictures",{n:a}):s("Start the batch"),d=o?.finishedAt&&o.counts.failed+o.counts.cancelled-o.counts.invalid;return u`
    <div class="buttons">
      ${a>0&&!o&&u`<button type="button" class="primary" disabled=${r} onClick=${()=>It()}>
        ${n?s("Starting…"):l}</button>`}
      ${o&&u`<button type="button" class="primary" onClick=${Kn}>${s("See that batch")}</button>`}
      ${d>0&&u`<button type="button" disabled=${r} onClick=${()=>It("rest")}>
        ${s("Run the {n} without a picture again",{n:d})}</button>`}
      ${o&&a>0&&u`<button type="button" disabled=${r} onClick=${()=>It("anew")}>
        ${s("Run all of it anew")}</button>`}
      <button type="button" onClick=${Vn}>${s("Other file")}</button>
    </div>
  `}function fa({lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Prompt")}</th><th scope="col">${s("Model")}</th><th scope="col">${s(
"Size")}</th><th scope="col">${s("Pictures")}</th></tr></thead>
        <tbody>
          ${e.map(({line:o,request:n,error:i,count:r,warnings:a,...l})=>i?u`<tr key=${o} class="bad"><th scope="row">${o}</th><td colspan="4">${Ao(
Mo({line:o,error:i,...l}))}</td></tr>`:u`<tr key=${o}><th scope="row">${o}</th><td>${n.prompt}${a.map(d=>u`<small key=${d}>${d}</small>`)}</td>
                <td>${n.provider} / ${n.model}</td><td>${n.width} x ${n.height}</td><td>${r}</td></tr>`)}
        </tbody>
      </table>
    </div>
  `}function L({id:e,label:t,hint:o,error:n,children:i,beside:r,className:a=""}){return u`
    <div class=${`field ${a} ${n?"refused":""}`}>
      <div class="label"><label for=${e}>${t}</label>${r}</div>
      ${i}
      ${o&&u`<p class="hint" id=${`${e}-hint`}>${o}</p>`}
      ${n&&u`<p class="error" id=${`${e}-error`} role="alert">${n}</p>`}
    </div>
  `}function Z(e,t,o){return{"aria-describedby":[t&&`${e}-error`,o&&`${e}-hint`].filter(Boolean).join(" ")||void 0,"aria\
-invalid":t?"true":void 0}}function Bt({name:e,label:t,options:o,value:n,onChoose:i,className:r}){return u`
    <fieldset class=${`choice ${r}`}>
      <legend class=${r==="shapes"?"hidden":""}>${t}</legend>
      ${o.map(a=>u`
          <label key=${a.id} class=${a.id===n?"chosen":""}>
            <input type="radio" name=${e} value=${a.id} checked=${a.id===n} onChange=${()=>i(a.id)} />
            ${a.shape&&u`<${ma} ...${a.shape} />`}
            <span>${a.name}${a.note&&u`<small>${a.note}</small>`}</span>
          </label>
        `)}
    </fieldset>
  `}function ma({width:e,height:t}){let o=1.15/Math.max(e,t);return u`<span class="shape" style=${{width:`${e*o}rem`,height:`${t*
o}rem`}}></span>`}function ee({title:e,className:t="",onClose:o,children:n}){let i=ho(null);return V(()=>{let a=document.
activeElement;return i.current.showModal(),()=>a?.focus?.()},[]),u`
    <dialog ref=${i} class=${t} aria-label=${e} onClose=${o} onClick=${a=>a.target===i.current&&o()}>
      <div class="dialog-inside">
        <header>
          <h2>${e}</h2>
          <button type="button" class="quiet round" aria-label=${s("Close")} onClick=${o}><${_} name="close" /></button>
        </header>
        ${n}
      </div>
    </dialog>
  `}function Cr({title:e,text:t,yes:o,onYes:n,onClose:i}){return u`
    <${ee} title=${e} className="small" onClose=${i}>
      <p>${t}</p>
      <div class="buttons end">
        <button type="button" onClick=${i}>${s("Cancel")}</button>
        <button type="button" class="primary" onClick=${()=>{i(),n()}}>${o}</button>
      </div>
    <//>
  `}function lt({text:e,label:t,compact:o}){let[n,i]=K(!1);return u`
    <button type="button" class=${o?"quiet round":"quiet"} title=${o?t:void 0} onClick=${async()=>{await navigator.clipboard.
writeText(e),i(!0),setTimeout(()=>i(!1),2e3)}}>
      <${_} name=${n?"check":"copy"} /> <span class=${o?"hidden":""} aria-live="polite">${n?s("Copied"):t}</span>
    </button>
  `}function Tr({id:e,label:t,tabs:o,value:n,onChoose:i}){return u`
    <div class="tabs" role="tablist" aria-label=${t} onKeyDown=${a=>{let l={ArrowRight:1,ArrowLeft:-1}[a.key];if(!l)return;
let d=o.findIndex(c=>c.id===n),f=o[(d+l+o.length)%o.length];i(f.id),document.getElementById(`${e}-${f.id}`).focus()}}>
      ${o.map(a=>u`
          <button key=${a.id} type="button" role="tab" id=${`${e}-${a.id}`} aria-controls=${`${e}-panel`}
            aria-selected=${String(a.id===n)} tabindex=${a.id===n?0:-1} onClick=${()=>i(a.id)}>
            ${a.name}
          </button>
        `)}
    </div>
  `}var ha=4e6,va=["image/png","image/jpeg","image/webp"],_a=2048,Mr=new Map,Ht=v(!1);function Ir({model:e}){if(!e.features.
edits)return null;let{image:t}=g.value,o=Q.value.image,n=e.features.needsImage?s("This model changes a picture"):s("With\
out one it draws from the prompt alone"),i=r=>{r.preventDefault(),Ht.value=!1,Ar(r.dataTransfer.files[0])};return u`
    <${L} id="image" label=${s("Picture to start from")} error=${o} hint=${n}>
      <label class=${Ht.value?"drop source over":"drop source"} onDragOver=${r=>{r.preventDefault(),Ht.value=!0}}
        onDragLeave=${()=>{Ht.value=!1}} onDrop=${i}>
        ${t?u`<img src=${oe(t)} alt=${s("Picture to start from")} />`:u`<${_} name="upload" />`}
        <span><b>${s("Choose a file")}</b> ${s("or drop it here")}</span>
        <input id="image" type="file" accept="image/*" ...${Z("image",o,n)} onChange=${r=>Ar(r.target.files[0])} />
      </label>
      ${t&&u`<button type="button" class="quiet" onClick=${()=>T({image:""})}><${_} name="close" /> ${s("Start without i\
t")}</button>`}
    <//>
  `}async function Ar(e){if(e)try{let t=await createImageBitmap(e),o=e.size<=ha&&va.includes(e.type)?e:await $a(t),n=URL.
createObjectURL(o);Mr.set(n,o),Nr(n,t)}catch{re.value={...re.value,image:{code:"INVALID_PARAMS",field:"image",asked:g.value}}}}
function $a(e){let t=Math.min(1,_a/Math.max(e.width,e.height)),o=document.createElement("canvas");return o.width=Math.round(
e.width*t),o.height=Math.round(e.height*t),o.getContext("2d").drawImage(e,0,0,o.width,o.height),new Promise(n=>o.toBlob(
n,"image/jpeg",.92))}function Nr(e,{width:t,height:o}){let n=C(g.value.provider,g.value.model);T({image:e,...rt({width:t,
height:o},n)})}function Pr(){return!!Dr()}function Dr(){return[C(g.value.provider,g.value.model),...y.value.models].filter(
o=>o?.features.edits&&Y(o.provider))[0]}function Rr({url:e,details:t}){let o=Dr();(o.id!==g.value.model||o.provider!==g.
value.provider)&&xe(o);let[n,i]=t.dimensions.match(/\d+/g).map(Number);Nr(new URL(oe(e),location.href).href,{width:n,height:i})}
async function Lr(e){if(!e.image?.startsWith("blob:"))return e;let t=Mr.get(e.image);if(!t)throw new me(400,{error:"the \
picture to start from is not there any more",code:"INVALID_PARAMS",details:{field:"image"}});return{...e,image:await ga(
t)}}function ga(e){return new Promise((t,o)=>{let n=new FileReader;n.onload=()=>t(n.result),n.onerror=()=>o(n.error),n.readAsDataURL(
e)})}var ya=3,ba=[.5,1],wa=2,F=v([]),Wt=J(()=>F.value.filter(e=>e.state!=="failed")),qt=v(""),Io=0;function Le(e,t){F.value=F.
value.map(o=>o.key===e?{...o,...t}:o),No()}function No(){H("jobs",F.value)}function z(e){return F.value.find(t=>t.key===
e)}function te(e){F.value=F.value.filter(t=>t.key!==e),No()}function Ur(){F.value=U("jobs",[]).map(e=>e.state==="sending"?
{...e,state:"waiting"}:e),F.value.filter(e=>e.jobId&&e.state!=="failed").forEach(e=>Br(e.key)),Do()}function Ue(e,{group:t,
place:o,onRefused:n}={}){Po(e.map((i,r)=>({path:"/api/generate",asked:i,group:t,place:o??r})),n)}function jr(e,t){let{url:o,
details:n}=e,i={provider:"huggingface",model:"upscaler",prompt:n.prompt,url:o,scale:t};Po([{path:"/api/upscale",asked:i,
group:e.group}])}function Po(e,t){let o=Date.now(),n=e.map(i=>({...i,key:Et(),state:"waiting",since:o}));n.forEach(i=>zr.
set(i.key,t)),F.value=[...F.value,...n],No(),Do()}var zr=new Map;function Do(){for(;Io<ya;){let e=F.value.find(t=>t.state===
"waiting");if(!e)return;Io+=1,Le(e.key,{state:"sending",since:Date.now()}),ka(e).finally(()=>{Io-=1,Do()})}}async function ka({
key:e,path:t,asked:o}){let{provider:n}=o,i={...Rn(n),Prefer:"respond-async","Idempotency-Key":e};try{let r=t==="/api/ups\
cale"?{url:o.url,scale:o.scale}:await Lr(o),a=await Fr(()=>R("POST",t,{body:r,headers:i}));if(!z(e))return;Le(e,{state:"\
queued",jobId:a.body.jobId}),Br(e)}catch(r){z(e)&&zr.get(e)?.(Se(r,o))?te(e):Ro(e,r)}}async function Fr(e){for(let t=1;;t+=
1)try{return await e()}catch(o){if(!(o instanceof me&&o.passing)||t===4)throw o;await Me(t)}}function Ro(e,t){let o=Se(t,
z(e)?.asked);Le(e,{state:"failed",error:o}),qt.value=X(o)}async function Br(e){let t=Xe();for(let o=0;z(e)?.jobId;o+=1){
let n;try{n=await Fr(()=>R("GET",`/api/jobs/${z(e).jobId}`,{headers:t}))}catch(i){if(i.status===0&&z(e)){await Me(5);continue}
z(e)&&Ro(e,i);return}if(t["If-None-Match"]=n.headers.get("ETag"),!z(e)||n.body&&await xa(e,n.body))return;await Me(ba[o]??
wa)}}async function xa(e,t){if(t.status==="failed")return Ro(e,{message:t.error,code:t.code,...t.details}),!0;if(t.status!==
"succeeded"){let d=z(e).begun??(t.status==="running"?Date.now():void 0);return Le(e,{state:t.status,progress:t.progress,
begun:d}),!1}let{asked:o,group:n,place:i}=z(e),{imageDetails:r,format:a,warnings:l}=t;return await nr({id:t.jobId,asked:o,
group:n,place:i,details:r,format:a,warnings:l,url:r.url,createdAt:t.createdAt}),te(e),qt.value=`${r.model}: ${r.dimensions}\
, ${r.duration}`,!0}async function Hr(e){let{jobId:t,state:o}=z(e);if(o==="waiting"||!t)return te(e);try{let{body:n}=await R(
"DELETE",`/api/jobs/${t}`,{headers:Xe()});if(!z(e))return;n.cancelled?te(e):Le(e,{tooLate:!0})}catch{z(e)&&Le(e,{tooLate:!0})}}
function Lo(e){let{path:t,asked:o,group:n,place:i}=z(e);te(e),Po([{path:t,asked:o,group:n,place:i}])}var Vt=v(null);function Gt(e){return!e.code.startsWith("INVALID_")||!document.getElementById(e.field)?!1:(re.value={...re.
value,[e.field]:e},!0)}function Oe(e,t={}){let[{provider:o,prompt:n}]=e;if(!n.trim())return Gt({code:"INVALID_PROMPT",field:"\
prompt",asked:e[0]});let i=()=>{Ue(e,{onRefused:Gt,...t}),window.matchMedia("(max-width: 60rem)").matches&&document.querySelector(
".gallery").scrollIntoView()};return Y(o)?i():Uo(Ne()?"access":o,i,e)}function Uo(e,t,o){Vt.value={name:e,go:t,requests:o}}
function Wr(){if(!Vt.value)return null;let{name:e,go:t,requests:o}=Vt.value,n=e==="access"?null:he(e),i=n&&o&&br(),r=()=>{
Vt.value=null},a=d=>{d.preventDefault(),x.value[e]&&(r(),it(["Authorization",n?.authHeader]),t())},l=n?s("A token for {p\
rovider}",{provider:n.name}):s("Easel key");return u`
    <${ee} title=${l} className="small" onClose=${r}>
      <form class="ask" onSubmit=${a}>
        <p>${n?s("{provider} draws on your own account there. Get a token, paste it here, and your picture begins.",{provider:n.
name}):s("This Easel draws for those who have a key. Its owner gives you one.")}</p>
        <${L} id="asked-token" label=${n?s("Token"):s("Easel key")} hint=${s("It stays in this tab, and goes to this Eas\
el only.")}
          beside=${n&&u`<a href=${n.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get a token")} ↗</a>`}>
          <input id="asked-token" type="password" autocomplete="off" spellcheck="false" autofocus aria-describedby="asked-token-hint"
            value=${x.value[e]??""} onInput=${d=>Ct(e,d.target.value)} />
        <//>
        <button class="primary large" disabled=${!x.value[e]}>${o?s("Save and draw"):s("Save and try again")}</button>
      </form>
      ${i&&u`
        <p class="or"><span>${s("or")}</span></p>
        <button type="button" class="large free" onClick=${()=>{r(),Ea(i,o)}}>
          <${_} name="spark" /> ${s("Draw with {provider}, without a token",{provider:i.name})}</button>`}
    <//>
  `}function Ea({id:e},t){let o=C(t[0].provider,t[0].model)?.family,n=se(e).find(r=>r.family===o)??se(e)[0],i=t.map(r=>Ee(
n,{...g.value,...r},r.seed??""));Re(i[0]),Oe(i)}var Sa=500,je=v(null),Kt=0;async function Oa(){Kt+=1;let e=Kt,t=await Je("/api/key",j()).then(o=>({facts:o}),o=>({error:Se(
o)}));e===Kt&&(je.value=t)}function qr(){let e;B(()=>{let{access:t}=x.value,o=t!==e;if(e=t,Wt.value.length,Kt+=1,o&&(je.
value=null),!t)return;let n=setTimeout(Oa,Sa);return()=>clearTimeout(n)})}var Ca=()=>[["picturesToday",s("Pictures today")],["picturesThisMonth",s("Pictures this month")],["callsThisMinute",s("C\
alls this minute")],["callsAtOnce",s("Pictures under way")]];function Vr(){if(!je.value)return null;let{facts:e,error:t}=je.
value;return t?u`<p class="error" role="alert">${X(t)}</p>`:u`
    <section class="use" aria-label=${s("What the key allows")}>
      <p><b>${e.name}</b>${e.expiresAt?` · ${s("until {time}",{time:ne(e.expiresAt)})}`:""} · ${e.batches?s("batches t\
oo"):s("no batches")}</p>
      ${e.models.join()!=="*"&&u`<p class="hint">${s("Models: {models}",{models:e.models.join(", ")})}</p>`}
      <dl>
        ${Ca().map(([o,n])=>u`<${Ta} key=${o} label=${n} ...${e.use[o]} />`)}
      </dl>
    </section>
  `}function Ta({label:e,used:t,limit:o,resetsAt:n}){let i=o?s("{n} of {all}",{n:t,all:o}):String(t);return u`
    <dt>${e}</dt>
    <dd>
      ${i}${o>0&&t>=o&&n?`, ${s("again from {time}",{time:ne(n)})}`:""}
      ${o>0&&u`<progress aria-label=${e} max=${o} value=${Math.min(t,o)}></progress>`}
    </dd>
  `}function Gr(){let e=je.value?.facts?.use;if(!e)return null;let t=[e.picturesToday,e.picturesThisMonth].filter(i=>i?.
limit);if(!t.length)return null;let{left:o,resetsAt:n}=t.reduce((i,r)=>r.left<i.left?r:i);return u`<p class="hint" role="status">${s(
"Pictures left of your key until {time}: {n}",{n:o,time:ne(n)})}</p>`}function Jr({onClose:e}){return u`
    <${ee} title=${s("Tokens")} onClose=${e}>
      <form class="tokens" method="dialog">
        <p class="hint">${s("Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of them.")}</p>
        ${y.value.providers.map(t=>u`<${Kr} key=${t.id} name=${t.id} header=${t.authHeader} label=${t.name} beside=${u`
            <a href=${t.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get one")}</a>`}
            hint=${t.requiresAuth?s("Needed unless an Easel key pays; sent as {header}",{header:t.authHeader}):s("Option\
al: without one there is less to use")} />`)}
        <${Kr} name="access" header="Authorization" label=${s("Easel key")}
          hint=${Ne()?s("Needed here; the owner of this Easel gives you one"):s("Lets you use the tokens of this Easel, \
and run batches")} />
        <${Vr} />
        <label class="check">
          <input type="checkbox" checked=${Ie.value} onChange=${t=>Pn(t.target.checked)} />
          <span>${s("Keep them on this device, also after the tab is closed")}</span>
        </label>
        <div class="buttons end">
          <button type="button" onClick=${Dn}>${s("Forget all")}</button>
          <button class="primary">${s("Done")}</button>
        </div>
      </form>
    <//>
  `}function Kr({name:e,header:t,label:o,hint:n,beside:i}){let r=`token-${e}`,a=l=>{Ct(e,l.target.value),it([t])};return u`
    <${L} id=${r} label=${o} hint=${n} beside=${i}>
      <input id=${r} type="password" autocomplete="off" spellcheck="false" aria-describedby=${`${r}-hint`}
        value=${x.value[e]??""} onInput=${a} />
    <//>
  `}var Yr=[{id:"curl",name:"curl",write:Aa},{id:"python",name:"Python",write:Ma},{id:"openai",name:"OpenAI SDK",write:Ia,feature:"\
openai"},{id:"javascript",name:"JavaScript",write:Na}];function jo(e){return Tt(e)?"your-easel-key":`your-${e}-token`}function zo({
provider:e}){if(Tt(e))return{Authorization:`Bearer ${jo(e)}`};let t=he(e);return t?.requiresAuth?{[t.authHeader]:jo(e)}:
{}}function Aa(e,t){let o=r=>`'${r.replaceAll("'","'\\''")}'`,n={...zo(e),"Content-Type":"application/json"};return[`cur\
l -L ${o(`${t}/api/generate`)}`,...Object.entries(n).map(([r,a])=>`-H ${o(`${r}: ${a}`)}`),`-d ${o(JSON.stringify(e))}`].
join(` \\
  `)}function Jt(e,t){if(e===null||typeof e!="object")return JSON.stringify(e);let o=Object.entries(e).map(([n,i])=>`${t}\
    ${JSON.stringify(n)}: ${Jt(i,`${t}    `)},
`);return o.length?`{
${o.join("")}${t}}`:"{}"}function Ma(e,t){return`import httpx

answer = httpx.post(
    "${t}/api/generate",
    headers=${Jt(zo(e),"    ")},
    json=${Jt(e,"    ")},
    timeout=60,
    follow_redirects=True,
)
answer.raise_for_status()
job = answer.json()
while job.get("status") in ("queued", "running"):  # it takes longer than one call may
    job = httpx.get(f"${t}/api/jobs/{job['jobId']}", params={"wait": 20}, timeout=60).json()
print(job["imageDetails"]["url"] if "imageDetails" in job else job["error"])
`}function Ia(e,t){let{provider:o,model:n,prompt:i,width:r,height:a,...l}=e;return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key=${JSON.stringify(jo(o))})
answer = client.images.generate(
    model=${JSON.stringify(`${o}/${n}`)},
    prompt=${JSON.stringify(i)},
    size="${r}x${a}",
    extra_body=${Jt(l,"    ")},
)
print(answer.data[0].url)
`}function Na(e,t){let o=i=>JSON.stringify(i,null,2).replaceAll(`
`,`
  `),n={...zo(e),"Content-Type":"application/json"};return`const answer = await fetch("${t}/api/generate", {
  method: "POST",
  headers: ${o(n)},
  body: JSON.stringify(${o(e)}),
});
let job = await answer.json();
while (["queued", "running"].includes(job.status)) { // it takes longer than one call may
  job = await (await fetch(\`${t}/api/jobs/\${job.jobId}?wait=20\`)).json();
}
console.log(job.imageDetails?.url ?? job.error);
`}function Pa(e){return e.image?.startsWith("blob:")?{...e,image:"https://example.com/cat.png"}:e}function Yt({id:e,request:t}){
let o=Yr.filter(({feature:a})=>!a||St(a)),[n,i]=K(o[0].id),r=o.find(a=>a.id===n).write(Pa(t),location.origin);return u`
    <div class="code">
      <div class="code-head">
        <${Tr} id=${e} label=${s("Programming language")} tabs=${o} value=${n} onChoose=${i} />
        <${lt} text=${r} label=${s("Copy")} compact />
      </div>
      <pre id=${`${e}-panel`} role="tabpanel" aria-labelledby=${`${e}-${n}`} tabindex="0"><code>${r}</code></pre>
    </div>
  `}var ue=v(null),ze=v(null),Xr=e=>!ue.value||e.group===ue.value,Qr=J(()=>F.value.filter(Xr).reverse()),Xt=J(()=>_e.value.filter(
Xr));function Da({prompt:e,seed:t,width:o,height:n}){let i=(r,a)=>/^\d+$/.test(String(r).trim())&&Number(r)<=a;return e.length>
4e3?{code:"INVALID_PROMPT",field:"prompt"}:t!==""&&!i(t,Lt)?{code:"INVALID_PARAMS",field:"seed"}:i(o,1/0)?i(n,1/0)?null:
{code:"INVALID_DIMENSIONS",field:"height"}:{code:"INVALID_DIMENSIONS",field:"width"}}function Zr({values:e,onRefused:t,onClose:o}){
let n=c=>`${c.provider} ${c.id}`,i=y.value.models.filter(c=>Y(c.provider)&&at(c,e)),[r,a]=K(()=>new Set(i.map(n))),l=c=>a(
m=>{let h=new Set(m);return h.delete(n(c))||h.add(n(c)),h}),d=()=>{o();let c=Da(e);if(c)return t({...c,asked:e});let m=e.
seed===""?st():e.seed,h=i.filter($=>r.has(n($))),p=Et();Ue(h.map($=>Ee($,e,m)),{group:p}),ue.value=p,document.querySelector(
".gallery").scrollIntoView()},f=e.prompt.trim();return u`
    <${ee} title=${s("Same prompt on several models")} onClose=${o}>
      <p class="quote">${f||s("Write a prompt first.")}</p>
      <p class="hint">${s("All get the same seed, and the same size where they make it; steps and guidance are each mode\
l's own. Each picture counts at its provider.")}</p>
      <div class="buttons">
        <button type="button" onClick=${()=>a(new Set(i.map(n)))}>${s("All")}</button>
        <button type="button" onClick=${()=>a(new Set)}>${s("None")}</button>
      </div>
      <div class="models">
        ${y.value.providers.map(c=>u`
          <fieldset key=${c.id}>
            <legend>${c.name}</legend>
            ${Y(c.id)?"":u`<p class="hint">${s("{provider} needs a token of yours.",{provider:c.name})}</p>`}
            ${se(c.id).filter(m=>at(m,e)).map(m=>u`
              <label key=${m.id} class="check">
                <input type="checkbox" disabled=${!Y(c.id)} checked=${r.has(n(m))} onChange=${()=>l(m)} />
                <span>${m.name}<small>${Ra(m,e)}</small></span>
              </label>`)}
          </fieldset>`)}
      </div>
      <div class="buttons end">
        <button type="button" onClick=${o}>${s("Cancel")}</button>
        <button type="button" class="primary" disabled=${!r.size||!f} onClick=${d}>${s("Generate {n} pictures",{n:r.size})}</button>
      </div>
    <//>
  `}function Ra(e,t){let{width:o,height:n}=Ee(e,t,0);return[nt(t,{width:o,height:n})?"":`${o} × ${n}`,e.features.seed?"":
s("picks its own seed")].filter(Boolean).join(" · ")}function ei({model:e}){let{width:t,height:o}=g.value,n=dr(e).map(m=>({...m,id:m.name,shape:m})),i=n.find(m=>nt(g.value,m)),
r=m=>{let h=n.find(p=>p.id===m);T({width:h.width,height:h.height})},a=Q.value,l=a.width??a.height,d=e.sizes.step?s("{min\
} to {max} pixels a side, in steps of {step}",e.sizes):s("{min} to {max} pixels a side",e.sizes),f=e.sizes.only?s("This \
model makes these sizes only"):d,c=(m,h)=>u`
    <input id=${m} aria-label=${h} type="number" inputmode="numeric" min=${e.sizes.min} max=${e.sizes.max} step=${e.sizes.
step??1}
      value=${g.value[m]} readOnly=${!!e.sizes.only} ...${Z("width",a[m],f)}
      onInput=${p=>T({[m]:p.target.value})} />`;return u`
    <${L} id="width" label=${s("Size")} error=${l} hint=${f} beside=${u`
      <span class="sides">
        ${c("width",s("Width"))}
        <button type="button" class="quiet round" aria-label=${s("Swap width and height")} title=${s("Swap width and hei\
ght")}
          onClick=${()=>T({width:o,height:t})}><${_} name="swap" /></button>
        ${c("height",s("Height"))}
      </span>`}>
      <${Bt} name="ratio" label=${s("Aspect ratio")} options=${n} value=${i?.id} onChoose=${r} className="shapes" />
    <//>
  `}var Fo=v(!1),Bo=v(!1);function oi(){let e=g.value,t=C(e.provider,e.model),o=Q.value;V(()=>{document.querySelector(".requ\
est [aria-invalid]")?.focus()},[Object.keys(o).join()]);let n=r=>{r?.preventDefault(),Oe(jt(e))};return u`
    <form class="request" onSubmit=${n} onKeyDown=${r=>{r.key==="Enter"&&(r.ctrlKey||r.metaKey)&&n(r)}} noValidate aria-label=${s(
"Picture")}>
      <${La} model=${t} />
      <${Ir} model=${t} />
      <${ja} model=${t} />
      <${ei} model=${t} />
      <div class="knobs">
        <${ti} name="steps" whole=${!t.features.guidanceScale} label=${s("Steps")} limits=${t.features.steps} step="1" />
        ${t.features.guidanceScale&&u`<${ti} name="guidanceScale" label=${s("Guidance")} limits=${t.features.guidanceScale} step="0.1" />`}
        <${za} />
        <${Fa} />
        ${ot().map(r=>u`<${Ba} key=${r.name} field=${r} />`)}
      </div>
      <div class="go">
        <${Gr} />
        <button type="submit" class="primary large">${s("Generate")}<kbd aria-hidden="true">Ctrl ↵</kbd></button>
        <div class="buttons">
          <button type="button" onClick=${()=>{Fo.value=!0}}><${_} name="grid" /> ${s("Compare models")}</button>
          <button type="button" onClick=${()=>{Bo.value=!0}}><${_} name="code" /> ${s("Code")}</button>
        </div>
      </div>
      ${Bo.value&&u`
        <${ee} title=${s("Code of this call")} onClose=${()=>{Bo.value=!1}}><${Yt} id="form-code" request=${Ut(e)} /><//>`}
      ${Fo.value&&u`<${Zr} values=${e} onRefused=${Gt} onClose=${()=>{Fo.value=!1}} />`}
    </form>
  `}function La({model:e}){let{prompt:t,negativePrompt:o}=g.value,n=Q.value;return u`
    <${L} id="prompt" label=${s("Prompt")} error=${n.prompt} beside=${u`<span class="hint">${t.length} / 4000</span>`}>
      <textarea id="prompt" rows="3" value=${t} placeholder=${s("What should be in the picture?")} ...${Z("prompt",n.prompt)}
        onInput=${i=>T({prompt:i.target.value})}></textarea>
    <//>
    ${e.features.negativePrompt&&u`
      <${L} id="negativePrompt" label=${s("Not in the picture")} error=${n.negativePrompt}>
        <textarea id="negativePrompt" rows="1" value=${o} placeholder=${s("low quality, blurry")} ...${Z("negativePrompt",
n.negativePrompt)}
          onInput=${i=>T({negativePrompt:i.target.value})}></textarea>
      <//>
    `}
  `}function Ua(e,t){return y.value.emulated.includes(e)?s("emulated"):x.value[e]?s("your token"):x.value.access?s("your\
 Easel key"):t?s("needs a token"):s("no token needed")}function ja({model:e}){let t=Q.value,o=Ot(e).map(a=>G({provider:a.
provider}).provider),i=[s("usually {time}",{time:le(e.typicalSeconds)}),o.length?s("also at {providers}",{providers:o.join(
", ")}):"",e.features.seed?"":s("picks its own seed")].filter(Boolean).join(" · "),r=y.value.providers.map(({id:a,name:l,
requiresAuth:d})=>({id:a,name:l,note:Ua(a,d)}));return u`
    <${Bt} name="provider" label=${s("Provider")} options=${r} value=${e.provider} onChoose=${vr} className="providers" />
    <${L} id="model" label=${s("Model")} error=${t.model??t.provider} hint=${i}>
      <select id="model" value=${e.id} ...${Z("model",t.model,i)}
        onChange=${a=>xe(C(e.provider,a.target.value))}>
        ${se(e.provider).map(a=>u`<option key=${a.id} value=${a.id} selected=${a.id===e.id}>${a.name}</option>`)}
      </select>
    <//>
  `}function ti({name:e,label:t,limits:o,step:n,whole:i}){let r=g.value[e],a=Q.value[e],l=d=>T({[e]:d.target.value});return u`
    <${L} id=${e} label=${t} error=${a} className=${i?"whole":""} beside=${u`<span class="hint">${o.min} – ${o.max}</span>`}>
      <div class="knob">
        <input type="range" aria-label=${s("{label}, slider",{label:t})} min=${o.min} max=${o.max} step=${n} value=${r} onInput=${l} />
        <input id=${e} type="number" inputmode="decimal" min=${o.min} max=${o.max} step=${n} value=${r} onInput=${l} ...${Z(
e,a)} />
      </div>
    <//>
  `}function za(){let{seed:e}=g.value,t=Q.value.seed,o=e!=="";return u`
    <${L} id="seed" label=${s("Seed")} error=${t}>
      <div class="seed">
        <input id="seed" type="text" inputmode="numeric" value=${e} placeholder=${s("random")} ...${Z("seed",t)}
          onInput=${n=>T({seed:n.target.value})} />
        <button type="button" class="quiet round" aria-label=${s("Roll a seed")} title=${s("Roll a seed")} onClick=${()=>T(
{seed:st()})}><${_} name="die" /></button>
        <button type="button" class="quiet round" aria-pressed=${String(o)} aria-label=${s("Keep the seed")} title=${s("\
Keep the seed")}
          onClick=${()=>T({seed:o?"":st()})}><${_} name=${o?"locked":"open"} /></button>
      </div>
    <//>
  `}function Fa(){return u`
    <${L} id="count" label=${s("Pictures")}>
      <select id="count" value=${g.value.count} onChange=${e=>T({count:Number(e.target.value)})}>
        ${Array.from({length:fr},(e,t)=>u`<option key=${t} value=${t+1} selected=${g.value.count===t+1}>${t+1}</option>`)}
      </select>
    <//>
  `}function Ba({field:e}){let{name:t,description:o}=e,n=g.value[t]??"",i=Q.value[t],r={id:t,...Z(t,i,o)},a=f=>T({[t]:f.
target.value}),l=String(e.default??""),d=n===""?e.default===!0:n;return u`
    <${L} id=${t} label=${cr(e)} error=${i} hint=${o}>
      ${e.enum?u`
        <select ...${r} value=${n} onChange=${a}>
          <option value="">${l}</option>
          ${e.enum.filter(f=>f!==l).map(f=>u`<option key=${f} value=${f} selected=${f===n}>${f}</option>`)}
        </select>`:e.type==="boolean"?u`
        <input ...${r} type="checkbox" checked=${d} onChange=${f=>T({[t]:f.target.checked})} />`:u`
        <input ...${r} type=${Rt(e)?"number":"text"} step=${e.type==="integer"?1:"any"} min=${e.minimum} max=${e.maximum}
          placeholder=${l} value=${n} onInput=${a} />`}
    <//>
  `}var Ha=()=>[s("a paper boat on a quiet lake at dawn"),s("a lighthouse in a storm, oil painting"),s("a rainy city street \
at night, neon signs"),s("a fox asleep in a snowy forest"),s("an astronaut resting on the moon"),s("mountains above the \
clouds, ink wash")];function ni(){let e=t=>{T({prompt:t}),Oe(jt(g.value))};return u`
    <div class="empty">
      <h2>${s("Say what you want to see.")}</h2>
      <p>${s("Write a prompt and generate, or begin with one of these: a click draws it.")}</p>
      <ul class="samples">
        ${Ha().map((t,o)=>u`
          <li key=${o}><button type="button" class="sample" onClick=${()=>e(t)}><span class=${`sample-picture at-${o}`}></span><span>${t}</span></button></li>`)}
      </ul>
      <p class="hint">${s("The samples are drawn by Easel's own emulator. Your pictures stay in this browser.")}</p>
    </div>
  `}function Wa(e){return["width","height","size"].includes(e)?s("Pick another size"):{prompt:s("Edit the prompt"),model:s("\
Choose another model")}[e]??s("Change it")}function qa(e,t){Re(e.asked),te(e.key),requestAnimationFrame(()=>{let o=document.
getElementById(t)??document.getElementById("prompt");o.focus(),o.scrollIntoView({block:"center"})})}function Va(e,t){let{
asked:o,group:n,place:i}=e;Oe([Ee(t,{...g.value,...o},o.seed??"")],{group:n,place:i}),te(e.key)}function ri({job:e}){let{
error:t,key:o,asked:n}=e,i=yr(t),r=gr(t);return u`
    <p class="error">${X(t)}</p>
    ${r&&u`<p class="hint">${r}</p>`}
    <div class="buttons">
      ${i.token&&u`<button type="button" onClick=${()=>Uo(t.field==="Authorization"?"access":n.provider,()=>Lo(o))}><${_} name="key" /> ${s(
"Enter a token")}</button>`}
      ${i.edit&&!n.url&&u`<button type="button" onClick=${()=>qa(e,i.edit)}>${Wa(i.edit)}</button>`}
      ${i.again&&u`<button type="button" onClick=${()=>Lo(o)}><${_} name="again" /> ${s("Try again")}</button>`}
      ${i.elsewhere.map(a=>u`
        <button key=${a.provider} type="button" onClick=${()=>Va(e,a)}>${s("Use {provider}",G({provider:a.provider}))}</button>`)}
      <button type="button" class="quiet round dismiss" aria-label=${s("Dismiss")} title=${s("Dismiss")} onClick=${()=>te(
o)}><${_} name="close" /></button>
    </div>
    <details class="why"><summary><code>${t.code}</code></summary><p class="hint" lang="en">${t.message}</p></details>
  `}var ai=v(Date.now()),ii;B(()=>{clearInterval(ii),Wt.value.length&&(ii=setInterval(()=>{ai.value=Date.now()},500))});function si({
job:e}){let t=G(e.asked),o=e.asked.scale?s("Upscaling"):t.model;return u`
    <article class=${`job ${e.state}`} aria-label=${`${o}: ${e.asked.prompt??""}`}>
      <p class="prompt">${e.asked.prompt}</p>
      <div class="job-foot">
        <p><b>${o}</b> <span>${t.provider}</span></p>
        ${e.state==="failed"?u`<${ri} job=${e} />`:u`<${Ga} job=${e} />`}
      </div>
    </article>
  `}function Ga({job:e}){let{text:t,share:o}=Ka(e,ai.value);return u`
    <p class="state">${t}</p>
    <progress aria-label=${s("Progress")} ...${o===null?{}:{value:o,max:1}}></progress>
    ${e.tooLate?u`<p class="hint">${s("It has begun, so its provider finishes it.")}</p>
          <button type="button" class="quiet" onClick=${()=>te(e.key)}>${s("Do not wait for it")}</button>`:u`<button type="button" class="quiet" onClick=${()=>Hr(
e.key)}>${s("Cancel")}</button>`}
  `}function Ka(e,t){let{queuePosition:o,etaSeconds:n,percent:i}=e.progress??{},r=n===void 0?"":s("about {time} left",{time:le(
n)});if(i!==void 0)return{text:Ho(`${i} %`,r),share:i/100};if(o!==void 0)return{text:Ho(s("in the provider's queue: {n}",
{n:o}),r),share:null};if(e.state==="waiting")return{text:s("waits for its turn"),share:null};let a=Math.max(0,t-(e.begun??
e.since))/1e3;if(e.state!=="running")return{text:s("handed over"),share:null};let l=C(e.asked.provider,e.asked.model)?.typicalSeconds??
20,d=s("{time}, usually {usual}",{time:le(a),usual:le(l)});return{text:Ho(d,r),share:Math.min(.95,a/l)}}function Ho(...e){
return e.filter(Boolean).join(" · ")}var Wo=v(!1),li=60,qo=v(li);function ui(){let e=Xt.value,t=Qr.value,o=ue.value,n=[...t,...e.slice(0,qo.value)];o&&n.sort(
(r,a)=>r.place-a.place);let i=()=>Nt(e.map(r=>r.id));return u`
    <section class="gallery" aria-label=${s("Pictures")}>
      <${Qa} />
      <div class="gallery-head">
        <h2 class=${n.length?"":"hidden"}>${o?s("Comparison"):s("Pictures")} <span class="count">${e.length||""}</span></h2>
        <div class="buttons">
          ${o&&u`<button type="button" onClick=${()=>{ue.value=null}}><${_} name="back" /> ${s("All pictures")}</button>`}
          ${e.length>0&&u`
            <button type="button" onClick=${()=>lr(e)}><${_} name="download" /> ${s("Download all")}</button>
            <button type="button" class="quiet" onClick=${()=>{Wo.value=!0}}><${_} name="trash" /> ${s("Remove all")}</button>`}
        </div>
      </div>
      ${tt.value&&u`<p class="notice">${s(tt.value)}</p>`}
      ${!e.length&&!t.length&&u`<${ni} />`}
      <ul class=${`grid rows ${o?"comparing":""}`}>
        ${n.map(r=>u`<${Ya} key=${r.key??r.id} entry=${r} />`)}
      </ul>
      ${e.length>qo.value&&u`
        <button type="button" class="more" onClick=${()=>{qo.value+=li}}>${s("Show more")}</button>`}
      ${Wo.value&&u`
        <${Cr} title=${s("Remove all pictures?")} yes=${s("Remove")} onYes=${i} onClose=${()=>{Wo.value=!1}}
          text=${s("{n} pictures are removed from this browser. Their links live on until the deployment removes them.",
{n:e.length})} />`}
    </section>
  `}function Ja(e,t){return Math.min(2.4,Math.max(.5,e/t||1))}function Ya({entry:e}){let{details:t,asked:o}=e,[n,i]=t?t.
dimensions.split(" x ").map(parseFloat):[o.width,o.height];return u`
    <li class=${e.state?"under-way":""} style=${{"--ratio":Ja(n,i)}}>
      ${e.state?u`<${si} job=${e} />`:u`<${Xa} picture=${e} width=${n} height=${i} />`}
    </li>
  `}function Xa({picture:e,width:t,height:o}){let{details:n,asked:i}=e;return u`
    <button type="button" class="tile" onClick=${()=>{ze.value=e.id}}>
      <img src=${Pe(e)} alt=${i.prompt??""} width=${t} height=${o} loading="lazy" decoding="async" />
      <span class="which">${n.model}<small>${n.provider}</small></span>
      <span class="caption"><span class="prompt">${i.prompt}</span><span><b>${n.model}</b> <span>${n.provider} · ${n.duration}</span></span></span>
    </button>
  `}function Qa(){let{emulated:e,localKey:t,providers:o}=y.value;if(!e.length)return null;let n=e.length===o.length,i=e.
map(a=>G({provider:a}).provider).join(", "),r=n?s("Pictures are emulated here: no provider is asked, nothing is spent, a\
nd any token works."):s("Emulated here, so that any token works: {names}.",{names:i});return u`<p class="emulated"><${_} name="spark" /> <span>${r} ${t&&
x.value.access===t?s("Tokens are filled in."):""}</span></p>`}function ci(){let e=Xt.value,t=e.findIndex(n=>n.id===ze.value);if(t<0)return null;let o=n=>{e[n]&&(ze.value=e[n].id)};return u`<${Za} key="viewer" picture=${e[t]} onStep=${n=>o(
t+n)} first=${t===0} last=${t===e.length-1} />`}function Za({picture:e,onStep:t,first:o,last:n}){let[i,r]=K(!1);V(()=>r(
!1),[e.id]),V(()=>{let f=c=>{c.target.closest("input, textarea, select, [role=tablist], pre")||(c.key==="ArrowRight"&&t(
1),c.key==="ArrowLeft"&&t(-1))};return document.addEventListener("keydown",f),()=>document.removeEventListener("keydown",
f)});let a=()=>{ze.value=null},{asked:l,details:d}=e;return u`
    <${ee} title=${`${d.model}, ${d.provider}`} className="viewer" onClose=${a}>
      <div class="viewer-inside">
        <div class=${i?"stage zoomed":"stage"} tabindex=${i?0:-1}>
          <button type="button" class="zoom" aria-pressed=${String(i)} aria-label=${s("Zoom to full size")} onClick=${()=>r(
!i)}>
            <img src=${Pe(e)} alt=${l.prompt??""} />
          </button>
        </div>
        <div class="facts">
          <nav class="buttons" aria-label=${s("Other pictures")}>
            <button type="button" class="quiet round" disabled=${o} aria-label=${s("Newer picture")} onClick=${()=>t(-1)}><${_} name="back" /></button>
            <button type="button" class="quiet round" disabled=${n} aria-label=${s("Older picture")} onClick=${()=>t(1)}><${_} name="arrow" /></button>
          </nav>
          <${es} picture=${e} close=${a} />
          <${ts} picture=${e} />
          ${l.scale?null:u`<h3>${s("Code")}</h3><${Yt} id="viewer-code" request=${l} />`}
        </div>
      </div>
    <//>
  `}function es({picture:e,close:t}){let{asked:o,details:n}=e,i={...o,seed:n.seed},{seed:r,...a}=o,l=d=>()=>{t(),d()};return u`
    <div class="buttons actions">
      <button type="button" onClick=${()=>sr(e)}><${_} name="download" /> ${s("Download")}</button>
      ${o.scale?null:u`
        <button type="button" onClick=${l(()=>Re(i))}><${_} name="again" /> ${s("Again with this")}</button>
        <button type="button" onClick=${l(()=>Ue([a]))}><${_} name="vary" /> ${s("Vary the seed")}</button>`}
      ${[2,4].map(d=>u`
        <button key=${d} type="button" onClick=${l(()=>jr(e,d))}><${_} name="enlarge" /> ${s("Upscale {scale}×",{scale:d})}</button>`)}
      ${Pr()&&u`<button type="button" onClick=${l(()=>Rr(e))}><${_} name="brush" /> ${s("Use this picture")}</button>`}
      ${e.group&&u`
        <button type="button" onClick=${l(()=>{ue.value=e.group})}><${_} name="grid" /> ${s("Show the comparison")}</button>`}
      <${lt} text=${new URL(oe(e.url),location.href).href} label=${s("Copy link")} />
      <${lt} text=${JSON.stringify(To(e),null,2)} label=${s("Copy parameters")} />
      <button type="button" class="quiet" onClick=${l(()=>Nt([e.id]))}><${_} name="trash" /> ${s("Remove")}</button>
    </div>
  `}function ts({picture:e}){let{asked:t,details:o,format:n,warnings:i}=e,r=t.width?`${t.width} x ${t.height}`:"",a=[[s(
"Size"),r,o.dimensions],[s("Seed"),t.seed??s("random"),o.seed],[s("Steps"),t.steps??"",o.steps],[s("Guidance"),t.guidanceScale??
"",""],[s("Time"),"",o.duration],[s("Format"),"",n]],l=t.scale?[[s("Scale"),`${t.scale}×`,o.dimensions],...a.slice(4)]:
a;return u`
    <p class="quote">${t.prompt}</p>
    ${t.negativePrompt&&u`<p class="hint">${s("Not in the picture")}: ${t.negativePrompt}</p>`}
    <table class="compare">
      <thead><tr><td></td><th scope="col">${s("Asked")}</th><th scope="col">${s("Obtained")}</th></tr></thead>
      <tbody>
        ${l.filter(([,d,f])=>d!==""||f!=="").map(([d,f,c])=>u`<tr key=${d}><th scope="row">${d}</th><td>${f}</td><td>${c}</td></tr>`)}
      </tbody>
    </table>
    ${i.length>0&&u`<ul class="warnings">${i.map(d=>u`<li key=${d}>${d}</li>`)}</ul>`}
  `}var Qt=v(location.hash==="#batches"?"batches":"pictures"),Vo=v(!1),di=v(!1);window.addEventListener("hashchange",()=>{Qt.
value=location.hash==="#batches"?"batches":"pictures"});function os(){if(V(()=>{document.title=Qt.value==="batches"?`${s(
"Batches")} · Easel`:"Easel"}),Ye.value)return u`<${rs} />`;if(!di.value)return u`<p class="loading" role="status">${s(
"Loading…")}</p>`;let e=()=>{Vo.value=!0};return u`
    <${ns} onTokens=${e} />
    <main>
      ${Qt.value==="batches"?u`<${Or} onTokens=${e} />`:u`<div class="pictures"><${oi} /><${ui} /></div>`}
    </main>
    <p class="hidden" role="status">${qt.value}</p>
    <${ci} />
    <${Wr} />
    ${Vo.value&&u`<${Jr} onClose=${()=>{Vo.value=!1}} />`}
  `}function ns({onTokens:e}){let t=(n,i,r)=>u`<a href=${i} aria-current=${Qt.value===n?"page":void 0}>${r}</a>`,o=ve.value===
"zh"?{id:"en",name:"English",lang:"en"}:{id:"zh",name:"中文",lang:"zh-Hans"};return u`
    <header class="head">
      <h1><a href="#"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3v4M10.5 21 7 29M21.5 21l3.5 8M16 21v6" /><rect x="5" y="7" width="22" height="14" rx="2" /><path d="m8.5 18 5-5.5 4 4 2.5-2.5 3.5 4" /></svg>Easel</a></h1>
      <nav aria-label=${s("Views")}>
        ${t("pictures","#",s("Pictures"))}
        ${St("batches")&&t("batches","#batches",s("Batches"))}
        <a href="/docs">API</a>
      </nav>
      <div class="buttons">
        <button type="button" class="quiet" onClick=${e}><${_} name="key" /> <span class="wide">${s("Tokens")}</span><span class="hidden narrow">${s(
"Tokens")}</span></button>
        <button type="button" class="quiet" lang=${o.lang} onClick=${()=>zn(o.id)}>${o.name}</button>
        <button type="button" class="quiet round" aria-pressed=${String(fe.value)} aria-label=${s("Dark")} onClick=${An}><${_} name=${fe.
value?"sun":"moon"} /></button>
      </div>
    </header>
  `}function rs(){return u`
    <main class="empty" role="alert">
      <p>${X(Se(Ye.value))}</p>
      <button type="button" class="primary" onClick=${pi}>${s("Try again")}</button>
    </main>
  `}async function pi(){await Promise.all([Mn(),or()]),y.value&&(Nn(),hr(),di.value=!0,Ur(),Wn(),qr())}sn(u`<${os} />`,document.
getElementById("app"));pi();
