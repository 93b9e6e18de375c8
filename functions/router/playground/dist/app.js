var w,un,po,he,uo,gt,cn,_t,dn,fo,co,ki,Ke=Symbol.for("pv"),yt={},bt=[],Ei=/^m(i|n|o|s|text|space)$/,mo=Array.isArray,ho=bt.
slice,ke=Object.assign;function we(e){e&&e.parentNode&&e.remove()}function wt(e,t,o){var n,i,r,a={},l=arguments.length;for(r in t)
r=="key"?n=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:a[r]=t[r];return l>2&&(a.children=l>3?ho.call(arguments,2):o),Ve(e,
a,n,i,null)}function Ve(e,t,o,n,i){var r={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Ke,__v:i||
++un,__i:-1,__u:0};return!i&&w.vnode&&w.vnode(r),r}function Ee(e){return e.children}function Ae(e,t){this.props=e,this.context=t,this.__g=0}function ve(e,t){if(t==null)return e.
__&&ve(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||
e.props.__P?null:ve(e)}function xi(e){var t,o=e.__v,n=o.__e,i=[],r=[],a=e.__P;a&&((t=ke({constructor:Ke},o)).__v=o.__v+1,
w.vnode&&w.vnode(t),vo(a,t,o,e.__n,a.namespaceURI,32&o.__u?[n]:null,i,n||ve(o),32&o.__u,r),t.__v=o.__v,t.__.__k[t.__i]=t,
_n(i,t,r),o.__=o.__e=null,t.__e!=n&&pn(t))}function pn(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(
function(t){return t&&(e.__e=t.__e)}),pn(e)}function sn(e){(8&e.__g||(e.__g|=8,he.push(e),gt++))&&uo==w.debounceRendering||
((uo=w.debounceRendering)||queueMicrotask)(fn)}function fn(){try{for(var e,t=1;he.length;)he.length>t&&he.sort(cn),e=he.
shift(),t=he.length,8&e.__g&&xi(e)}finally{(gt=he.length)&&(uo||queueMicrotask)(fn)}}function mn(e,t,o,n,i,r,a,l,c,f,d){
var m,h,p,$,N,k,S=n.__k||bt,b=t.length;for(c=Si(o,t,S,c,b),m=0;m<b;m++)(p=o.__k[m])!=null&&(h=~p.__i&&S[p.__i]||yt,p.__i=
m,k=vo(e,p,h,i,r,a,l,c,f,d),$=p.__e,(h.ref!=p.ref||8&h.__u)&&(h.ref&&_o(h.ref,null,p,h),p.ref&&d.push(p.ref,p.__c||$,p)),
N=N||$,4&p.__u?(c=hn(p,c,e,!h.__v),h.__e&&(h.__e=null)):typeof p.type=="function"&&k!==void 0?c=k:$&&(c=$.nextSibling),p.
__u&=-21);return o.__e=N,c}function Si(e,t,o,n,i){var r,a,l,c,f,d,m,h,p,$=o.length,N=$,k=0,S=0,b=e.__k=Array(i);for(r=0;r<
i;r++)(a=t[r])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=b[r]=Ve(null,
a):mo(a)?a=b[r]=Ve(Ee,{children:a}):a.constructor===Ke&&a.__b?a=b[r]=Ve(a.type,a.props,a.key,a.ref,a.__v):b[r]=a,c=r+k,a.
__=e,a.__b=e.__b+1,l=null,~(f=a.__i=Oi(a,o,c,N))&&(N--,(l=o[f])&&(l.__u|=2)),l&&l.__v?(a.__u|=16,f==c-1?k--:f==c+1?k++:f!=
c&&(f>c?k--:k++,S=1)):(~f||(i>$?k--:i<$&&k++),typeof a.type!="function"&&(a.__u|=4))):b[r]=null;if(S){for(d=[],m=[],r=0;r<
i;r++)if((a=b[r])&&16&a.__u){for(k=0,h=d.length;k<h;)d[p=k+h>>1]<a.__i?k=p+1:h=p;d[k]=a.__i,m[r]=k+1}for(k=d.length;r--;)
m[r]&&(m[r]==k?k--:b[r].__u|=4)}if(N)for(r=0;r<$;r++)!(l=o[r])||2&l.__u||(l.__e==n&&(n=ve(l)),$o(l,l));return n}function hn(e,t,o,n){
var i,r,a,l;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=hn(
i[r],t,o,!1));return t}for(t&&!t.parentNode&&(t=ve(e))&&!t.parentNode&&(t=null),a=e.__e,l=t;l&&l.nodeType==8;)l=l.nextSibling;
for(a!=l&&(!n&&o.moveBefore&&a.parentNode?o.moveBefore(a,t):o.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==
8&&!t.data.startsWith("$s"););return t}function Oi(e,t,o,n){var i,r=e.key,a=e.type,l=t[o],c=l&&!(2&l.__u);if(l===null&&r==null||c&&r==l.key&&a==l.type)return o;
if(n>(c?1:0)){for(i=o-1;i>=0;i--)if((l=t[i])&&!(2&l.__u)&&r==l.key&&a==l.type)return i;for(i=o+1;i<t.length;i++)if((l=t[i])&&
!(2&l.__u)&&r==l.key&&a==l.type)return i}return-1}function ln(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}
function vt(e,t,o,n,i){var r,a;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.
cssText=n=""),n)for(t in n)o&&t in o||ln(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||ln(e.style,t,o[t])}else if(t[0]=="o"&&
t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(a=co[t]||(co[t]=
Ci(t)),(e.__a||(e.__a={}))[t]=fo,r=t!=(t=t.replace(dn,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(
t,a,r):e.removeEventListener(t,a,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="c\
olSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===
!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function Ci(e){return function(t){var o=this.
__e;if(o){if(o=o[e],t[_t]==null)t[_t]=fo++;else if(t[_t]<this.__a[e])return;return o(w.event?w.event(t):t)}}}function vo(e,t,o,n,i,r,a,l,c,f){
var d,m,h,p,$,N,k,S,b,P,O,lo,rn,ht,ye,an,me,be,le=t.type;if(t.constructor!==Ke)return null;128&o.__u&&(c=32&o.__u,d=o.__c.
__z)&&(t.__u|=c,m=r=[],d.nodeType==8?l=$t(d,r):r.push(d),l=r[0]||l),(d=w.__b)&&d(t);e:if(typeof le=="function"){h=a.length;
try{if(S=t.props,b=(d=le.prototype)&&d.render,P=(d=le.contextType)&&n[d.__c],O=d?P?P.props.value:d.__:n,(p=o.__c)?(t.__c=
p,2&p.__g&&(p.__g|=1)):(b?t.__c=p=new le(S,O):(t.__c=p=new Ae(S,O),p.constructor=le,p.render=Ai),P&&P.sub(p),p.state||(p.
state={}),p.__n=n,p.__g|=8,p.__h=[],p.__k=[]),b&&(p.__s||(p.__s=p.state),le.getDerivedStateFromProps&&(p.__s==p.state&&(p.
__s=ke({},p.__s)),ke(p.__s,le.getDerivedStateFromProps(S,p.__s)))),$=p.props,N=p.state,p.__v=t,o.__c){if(S!==$&&b&&!le.getDerivedStateFromProps&&
p.componentWillReceiveProps&&p.componentWillReceiveProps(S,O),t.__v==o.__v&&!(8&p.__g)||!(4&p.__g)&&p.shouldComponentUpdate&&
p.shouldComponentUpdate(S,p.__s,O)===!1){t.__v!=o.__v&&(p.props=S,p.state=p.__s,p.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.
some(function(G){G&&(G.__=t)}),bt.push.apply(p.__h,p.__k),p.__k=[],p.__h.length&&a.push(p),l=ve(o);break e}p.componentWillUpdate&&
p.componentWillUpdate(S,p.__s,O),b&&p.componentDidUpdate&&p.__h.push(function(){p.componentDidUpdate($,N,k)})}else b&&!le.
getDerivedStateFromProps&&p.componentWillMount&&p.componentWillMount(),b&&p.componentDidMount&&p.__h.push(p.componentDidMount);
p.context=O,p.props=S,p.__P=e,p.__g&=-5,lo=w.__r,rn=b?25:0;do p.__g&=-9,lo&&lo(t),d=p.render(p.props,p.state=p.__s,p.context);while(8&
p.__g&&++rn<25);b&&(bt.push.apply(p.__h,p.__k),p.__k=[]),p.state=p.__s,p.getChildContext&&(n=ke({},n,p.getChildContext())),
b&&o.__c&&p.getSnapshotBeforeUpdate&&(k=p.getSnapshotBeforeUpdate($,N)),ht=d&&d.type===Ee&&d.key==null?d.props.children:
d,S.__P&&(d=l,i=(e=S.__P).namespaceURI,c=r=null,o.props&&o.props.__P!=e&&(o.__k.some(function(G){G&&$o(G,G)}),o.__k=null),
l=o.__k?ve(o,0):null),l=mn(e,mo(ht)?ht:[ht],t,o,n,i,r,a,l,c,f),S.__P&&(t.__e=null,l=d),t.__u&=-161,m&&m.some(we),p.__h.length&&
a.push(p),1&p.__g&&(p.__g&=-4)}catch(G){if(a.length=h,t.__v=null,c||r)if(G&&G.then){if(t.__u|=128|c,r){for(~(me=r.indexOf(
l||void 0))||(me=r.length);(be=r[me-1])&&be.nodeType==8;)me--;for(;me<r.length;me++)if(be=r[me])if(r[me]=null,ye){if(be==
an)break}else{if(be.nodeType!=8)break;be.data.startsWith("$s")&&(an=$t(ye=be))}}if(!ye){for(;l&&l.nodeType==8&&l.nextSibling;)
l=l.nextSibling;ye=l}(d=$t(ye=t.__c.__z||(t.__c.__z=ye)))?(t.__e=ye,l=d):t.__e=l,l=l&&l.nextSibling}else r&&r.some(we);else
t.__e=o.__e;t.__k||(t.__k=o.__k||[]),G&&G.then||vn(t),w.__e(G,t,o)}}else l=t.__e=Ti(o.__e,t,o,n,i,r,a,c,f,e);return(d=w.
diffed)&&d(t),l}function $t(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==
8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function vn(e){e&&(e.__c&&
(e.__c.__g|=4),e.__k&&e.__k.some(vn))}function _n(e,t,o){for(var n=0;n<o.length;)_o(o[n++],o[n++],o[n++]);w.__c&&w.__c(t,
e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){w.__e(r,i.__v)}})}function Ti(e,t,o,n,i,r,a,l,c,f){
var d,m,h,p,$,N,k,S,b=o.props||yt,P=t.props,O=t.type;if(O=="svg"?i="http://www.w3.org/2000/svg":O=="math"?i="http://www.\
w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(d=0;d<r.length;d++)if(($=r[d])&&(O?$.localName==O:
$.nodeType==3)){e=$,r[d]=null;break}}if(!e){if(S=f.ownerDocument||document,!O)return S.createTextNode(P);e=S.createElementNS(
i,O,P.is?P:f),l&&(w.__m&&w.__m(t,r),l=!1),r=null}if(O){if(f=O=="template"&&e.content||e,r=O=="textarea"&&P.defaultValue!=
null?null:r&&ho.call(f.childNodes),!l&&r)for(b={},d=0;d<e.attributes.length;d++)b[($=e.attributes[d]).name]=$.value;for(d in b)
$=b[d],d=="dangerouslySetInnerHTML"?h=$:d=="children"||d in P||d=="value"&&"defaultValue"in P||d=="checked"&&"defaultChe\
cked"in P||vt(e,d,null,$,i);for(d in P)$=P[d],d=="children"?p=$:d=="dangerouslySetInnerHTML"?m=$:d=="value"?N=$:d=="chec\
ked"?k=$:l&&typeof $!="function"||b[d]===$||vt(e,d,$,b[d],i);m?(l||h&&(m.__html==h.__html||m.__html==e.innerHTML)||(e.innerHTML=
m.__html),t.__k=[]):(h&&(e.textContent=""),(O=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&Ei.test(O))&&(i=
"http://www.w3.org/1999/xhtml"),mn(f,mo(p)?p:[p],t,o,n,i,r,a,r?r[0]:o.__k&&ve(o,0),l,c),r&&r.some(we)),l&&O!="textarea"||
(d="value",O=="progress"&&N==null?e.removeAttribute(d):N==null||N===e[d]&&(O!="progress"||N)||vt(e,d,N,b[d],i),d="checke\
d",k!=null&&k!=e[d]&&vt(e,d,k,b[d],i))}else b===P||l&&e.data==P||(e.data=P);return e}function _o(e,t,o,n){try{typeof e==
"function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){
w.__e(i,o)}}function $o(e,t,o){var n,i,r,a;if(w.unmount&&w.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||_o(n,null,
t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(l){w.__e(l,t)}n.__P=n.__n=null}if(n=e.__k)for(a=
0;a<n.length;a++)n[a]&&$o(n[a],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(i=$t(n,r=[]))&&(n==
e.__e&&r.some(we),we(i),we(n)),o||we(e.__e),e.__e=e.__c=e.__=null}function Ai(e,t,o){return this.constructor(e,o)}function $n(e,t){
var o,n,i,r;w.__&&w.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=Ve(Ee,{children:[e]}),
i=[],r=[],vo(t,t.__k,n||yt,yt,t.namespaceURI,n?null:t.firstChild?ho.call(t.childNodes):null,i,n?n.__e:t.firstChild,o,r),
_n(i,t.__k,r),t.__k.props.children=null}w={__e:function(e,t,o,n){for(var i,r,a;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((a=(r=i.constructor)&&r.getDerivedStateFromError)&&
i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,n||{}),a=1),a&&8&i.__g)return void(i.
__g|=2)}catch(l){e=l}}throw gt=0,e}},un=0,po=function(e){return e!=null&&e.constructor===Ke},Ae.prototype.setState=function(e,t){
var o=this.__s;o&&o!=this.state||(o=this.__s=ke({},this.state)),typeof e=="function"&&(e=e(ke({},o),this.props)),e&&(ke(
o,e),this.__v&&(t&&this.__k.push(t),sn(this)))},Ae.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.
push(e),sn(this))},Ae.prototype.render=Ee,he=[],gt=0,cn=function(e,t){return e.__v.__b-t.__v.__b},_t=Symbol(),dn=/(PointerCapture)$|Capture$/i,
fo=0,co={},ki=0;var Ye,M,go,gn,yo=Object.is,kt=0,Cn=[],bo=[],A=w,yn=A.__b,bn=A.__r,wn=A.diffed,kn=A.__c,En=A.unmount,xn=A.__;function ko(e,t){
A.__h&&A.__h(M,e,kt||t),kt=0;var o=M.__H||(M.__H={__:[],__h:[]});return e>=o.__.length&&o.__.push({}),o.__[e]}function J(e){
return kt=1,Mi(An,e)}function Mi(e,t,o){var n=ko(Ye++,2);if(n.t=e,!n.__c&&(n.__=[o?o(t):An(void 0,t),function(r){var a=(n.
__N||n.__)[0],l=n.t(a,r);yo(a,l)||(n.__N=[l,n.__[1]],n.__c.setState({}))}],n.__c=M,!M.__f)){M.__f=!0;var i=M.shouldComponentUpdate;
M.shouldComponentUpdate=function(r,a,l){var c=this.__H;if(!c)return!0;var f=!1,d=this.props!=r;if(c.__.some(function(h){
h.__N&&(f=!0,yo(h.__[0],h.__N[0])||(d=!0))}),i){var m=i.call(this,r,a,l);return f?m||d:m}return!f||d}}return n.__}function V(e,t){
var o=ko(Ye++,3);!A.__s&&Tn(o.__H,t)&&(o.__P=!0,o.__=e,o.u=t,M.__H.__h.push(o))}function Eo(e){return kt=5,Et(function(){return{current:e}},[])}function Et(e,t){var o=ko(Ye++,7);return Tn(o.__H,t)&&(o.__=e(),o.__H=t),o.__}function Ii(){var e;do{for(;e=bo.shift();)try{Je(e)}catch(o){A.__e(o,{__:(e=e.__P)&&e.__v})}for(;e=Cn.shift();){var t=e.
__H;if(e.__P&&t)try{t.__h.some(Je),t.__h.some(wo),t.__h=[]}catch(o){t.__h=[],A.__e(o,e.__v)}}}while(bo.length)}A.__b=function(e){
M=null,yn&&yn(e)},A.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),xn&&xn(e,t)},A.__r=function(e){bn&&bn(e),Ye=
0;var t=(M=e.__c).__H;t&&(go==M?M.__h=[]:(t.__h.some(Je),t.__h.some(wo),Ye=0),t.__h=[],t.__.some(function(o){o.__N&&(o.__=
o.__N),o.u=o.__N=void 0})),go=M},A.diffed=function(e){wn&&wn(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&On(Cn.push(t)),
t.__H.__.some(function(o){o.u&&(o.__H=o.u)})),go=M=null},A.__c=function(e,t){t.some(function(o){try{o.__h.some(Je),o.__h=
o.__h.filter(function(n){return!n.__||wo(n)})}catch(n){o.__h=[function(){throw n}]}}),kn&&kn(e,t)},A.unmount=function(e){
En&&En(e);var t,o,n=e.__c;n&&n.__H&&(n.__H.__.some(function(i){try{if(i.__P&&i.__c){if(o===void 0){for(o=e.__;o&&(!o.__c||
!o.__c.__P);)o=o.__;o=o&&o.__c}i.__P=o,On(bo.push(i))}else Je(i)}catch(r){t=r}}),n.__H=void 0,t&&A.__e(t,n.__v))};var Sn=typeof requestAnimationFrame==
"function";function Ni(e){var t,o=function(){clearTimeout(n),Sn&&cancelAnimationFrame(t),setTimeout(e)},n=setTimeout(o,35);
Sn&&(t=requestAnimationFrame(o))}function On(e){e!=1&&gn==A.requestAnimationFrame||((gn=A.requestAnimationFrame)||Ni)(Ii)}
function Je(e){var t=M,o=e.__c;typeof o=="function"&&(e.__c=void 0,o()),M=t}function wo(e){var t=M;e.__c=e.__(),M=t}function Tn(e,t){
return!e||e.length!=t.length||t.some(function(o,n){return!yo(o,e[n])})}function An(e,t){return typeof t=="function"?t(e):
t}var Pi=Symbol.for("preact-signals");function Ct(){if(ue>1)ue--;else{var e,t=!1;for((function(){var i=St;for(St=void 0;i!==
void 0;){var r=i.S;if(r.v===i.v)for(var a=r.t;a!==void 0;a=a.x)a.i===i.i&&(a.i=r.i);i=i.o}})();Qe!==void 0;){var o=Qe;for(Qe=
void 0,xt++;o!==void 0;){var n=o.u;if(o.u=void 0,o.f&=-3,!(8&o.f)&&In(o))try{o.c()}catch(i){t||(e=i,t=!0)}o=n}}if(xt=0,ue--,
t)throw e}}function So(e){if(ue>0)return e();xo=++Di,ue++;try{return e()}finally{Ct()}}var Xe,x=void 0;function Ze(e){var t=x,
o=Xe;x=void 0,Xe=void 0;try{return e()}finally{x=t,Xe=o}}var Qe=void 0,ue=0,xt=0,Di=0,xo=0,St=void 0,Ot=0;function Mn(e){
if(x!==void 0){var t=e.n;if(t===void 0||t.t!==x)return t={i:0,S:e,p:x.s,n:void 0,t:x,e:void 0,x:void 0,r:t},x.s!==void 0&&
(x.s.n=t),x.s=t,e.n=t,32&x.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=x.
s,t.n=void 0,x.s.n=t,x.s=t),t}}function I(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,
this.Z=t?.unwatched,this.name=t?.name}I.prototype.brand=Pi;I.prototype.h=function(){return!0};I.prototype.S=function(e){
var t=this,o=this.t;o!==e&&e.e===void 0&&(e.x=o,this.t=e,o!==void 0?o.e=e:Ze(function(){var n;(n=t.W)==null||n.call(t)}))};
I.prototype.U=function(e){var t=this;if(this.t!==void 0){var o=e.e,n=e.x;o!==void 0&&(o.x=n,e.e=void 0),n!==void 0&&(n.e=
o,e.x=void 0),e===this.t&&(this.t=n,n===void 0&&Ze(function(){var i;(i=t.Z)==null||i.call(t)}))}};I.prototype.subscribe=
function(e){var t=this;return H(function(){var o=t.value;Ze(function(){return e(o)})},{name:"sub"})};I.prototype.valueOf=
function(){return this.value};I.prototype.toString=function(){return this.value+""};I.prototype.toJSON=function(){return this.
value};I.prototype.peek=function(){var e=this;return Ze(function(){return e.value})};Object.defineProperty(I.prototype,"\
value",{get:function(){var e=Mn(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(xt>100)throw new Error(
"Cycle detected");(function(o){ue!==0&&xt===0&&o.l!==xo&&(o.l=xo,St={S:o,v:o.v,i:o.i,o:St})})(this),this.v=e,this.i++,Ot++,
ue++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{Ct()}}}});function v(e,t){return new I(e,t)}function In(e){for(var t=e.
s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function Nn(e){for(var t=e.s;t!==void 0;t=t.n){
var o=t.S.n;if(o!==void 0&&(t.r=o),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function Pn(e){for(var t=e.s,o=void 0;t!==
void 0;){var n=t.p;t.i===-1?(t.S.U(t),n!==void 0&&(n.n=t.n),t.n!==void 0&&(t.n.p=n)):o=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),
t=n}e.s=o}function xe(e,t){I.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Ot-1,this.f=4}xe.prototype=new I;xe.prototype.
h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Ot))return!0;if(this.g=Ot,this.f|=
1,this.i>0&&!In(this))return this.f&=-2,!0;var e=x;try{Nn(this),x=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&
(this.v=t,this.f&=-17,this.i++)}catch(o){this.v=o,this.f|=16,this.i++}return x=e,Pn(this),this.f&=-2,!0};xe.prototype.S=
function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}I.prototype.S.call(this,e)};xe.prototype.
U=function(e){if(this.t!==void 0&&(I.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=
t.n)t.S.U(t)}};xe.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(
xe.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=Mn(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function Y(e,t){return new xe(e,t)}function Dn(e){var t=e.j;if(e.j=
void 0,typeof t=="function"){ue++;var o=x;x=void 0;try{t()}catch(n){throw e.f&=-2,e.f|=8,Oo(e),n}finally{x=o,Ct()}}}function Oo(e){
for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,Dn(e)}function Ri(e){if(x!==this)throw new Error("Out-of-o\
rder effect");Pn(this),x=e,this.f&=-2;try{8&this.f&&Oo(this)}finally{Ct()}}function Me(e,t){this.x=e,this.j=void 0,this.
s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Xe&&Xe.push(this)}Me.prototype.c=function(){var e=this.S();try{if(8&this.
f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};Me.prototype.S=function(){if(1&this.
f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,Dn(this),Nn(this),ue++;var e=x;return x=this,Ri.bind(this,e)};Me.
prototype.N=function(){2&this.f||(this.f|=2,this.u=Qe,Qe=this)};Me.prototype.d=function(){this.f|=8,1&this.f||Oo(this)};
Me.prototype.dispose=function(){this.d()};function H(e,t){var o=new Me(e,t);try{o.c()}catch(i){throw o.d(),i}var n=o.d.bind(
o);return n[Symbol.dispose]=n,n}var Rn,At,Tt,Li=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var Ln=[];H(function(){Rn=this.N})();function Ie(e,t){w[e]=t.bind(null,w[e]||function(){})}function et(e){if(Tt){var t=Tt;
Tt=void 0,t()}Tt=e&&e.S()}function Un(e){var t=this,o=e.data,n=ji(o);n.name="ReactiveDom",n.value=o;var i=Et(function(){
for(var l=t,c=t.__v;c=c.__;)if(c.__c){c.__c.__$f|=4;break}var f=Y(function(){var p=n.value.value;return p===0?0:p===!0?"":
p||""}),d=Y(function(){return!Array.isArray(f.value)&&!po(f.value)}),m=H(function(){if(this.N=jn,d.value){var p=f.value;
l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=p)}}),h=t.__$u.d;return t.__$u.d=function(){m(),h.call(this)},
[d,f]},[]),r=i[0],a=i[1];return r.value?a.peek():a.value}Un.displayName="ReactiveTextNode";Object.defineProperties(I.prototype,
{constructor:{configurable:!0,value:wt(Ee,null).constructor},type:{configurable:!0,value:Un},props:{configurable:!0,get:function(){
var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});Ie("__b",function(e,t){if(et(),At=
void 0,typeof t.type=="string"){var o,n=t.props;for(var i in n)if(i!=="children"){var r=n[i];r instanceof I&&(o||(t.__np=
o={}),o[i]=r,n[i]=r.peek())}}e(t)});Ie("__r",function(e,t){if(e(t),t.type!==Ee){et();var o,n=t.__c;n&&(n.__$f&=-2,(o=n.__$u)===
void 0&&(n.__$u=o=(function(i,r){var a;return H(function(){a=this},{name:r}),a.c=i,a})((function(i){return function(){var r;
Li&&((r=this.y)==null||r.call(this)),i.__$f|=1,i.setState({})}})(n),typeof t.type=="function"?t.type.displayName||t.type.
name:""))),At=n,et(o)}});Ie("__e",function(e,t,o,n){et(),At=void 0,e(t,o,n)});Ie("diffed",function(e,t){et(),At=void 0;var o;
if(typeof t.type=="string"&&(o=t.__e)){var n=t.__np,i=t.props,r=o.U;if(r)for(var a in r){var l=r[a];l===void 0||n&&a in n||
(l.d(),r[a]=void 0)}if(n){r||(r={},o.U=r);for(var c in n){var f=r[c],d=n[c];f===void 0?(f=Ui(o,c,d,i),r[c]=f):f.o(d,i)}}}
e(t)});function Ui(e,t,o,n){var i=t in e&&e.ownerSVGElement===void 0,r=v(o);return{o:function(a,l){r.value=a,n=l},d:H(function(){
this.N=jn;var a=r.value.value;n[t]!==a&&(n[t]=a,i?e[t]=a:a!=null&&(a!==!1||t[4]==="-")?e.setAttribute(t,a):e.removeAttribute(
t))})}}Ie("unmount",function(e,t){if(typeof t.type=="string"){var o=t.__e;if(o){var n=o.U;if(n){o.U=void 0;for(var i in n){
var r=n[i];r&&r.d()}}}var a=t.__np;if(a){var l=t.props;for(var c in a)l[c]=a[c]}t.__np=void 0}else{var f=t.__c;if(f){f.__$f|=
8;var d=f.__$u;d&&(f.__$u=void 0,d.d())}}e(t)});Ie("__h",function(e,t,o,n){n<3&&(t.__$f|=2),e(t,o,n)});Ae.prototype.shouldComponentUpdate=
function(e,t){if(this.__R)return!0;var o=this.__$u,n=o&&o.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==
"boolean"&&this.u===!0){var r=2&this.__$f;if(!(n||r||4&this.__$f)||1&this.__$f)return!0}else if(!(n||4&this.__$f)||3&this.
__$f)return!0;for(var a in e)if(a!=="__source"&&e[a]!==this.props[a])return!0;for(var l in this.props)if(!(l in e))return!0;
return!1};function ji(e,t){return Et(function(){return v(e,t)},[])}var zi=function(e){queueMicrotask(function(){queueMicrotask(e)})};function Fi(){So(function(){for(var e;e=Ln.shift();)Rn.call(e)})}function jn(){Ln.push(this)===1&&(w.requestAnimationFrame||
zi)(Fi)}function j(e,t,o="localStorage"){try{let n=window[o].getItem(`easel.${e}`);return n===null?t:JSON.parse(n)}catch{return t}}
function W(e,t,o="localStorage"){try{t===void 0?window[o].removeItem(`easel.${e}`):window[o].setItem(`easel.${e}`,JSON.stringify(
t))}catch{}}var Co=window.matchMedia("(prefers-color-scheme: dark)"),zn=j("appearance",null),_e=v(zn?zn==="dark":Co.matches);function To(){
document.documentElement.dataset.theme=_e.value?"dark":"light"}Co.addEventListener("change",()=>{j("appearance",null)||(_e.
value=Co.matches,To())});To();function Fn(){_e.value=!_e.value,W("appearance",_e.value?"dark":"light"),To()}var X=class extends Error{constructor(t,o,n){super(o?.error??o?.message??`HTTP ${t}`),this.status=t,this.code=o?.code??"",
this.field=o?.details?.field??"",this.provider=o?.details?.provider,this.elsewhere=o?.details?.elsewhere,this.retryAfter=
Number(n?.get("Retry-After"))||o?.details?.retryAfter||0}get passing(){return this.status===0||this.status===503}},Bi=4,
Bn=[],Ao=0;async function Hn(e,t,o){Ao===Bi?await new Promise(n=>Bn.push(n)):Ao+=1;try{let n=await fetch(e,t).catch(()=>{
throw new X(0,{error:""})});return await o(n)}finally{let n=Bn.shift();n?n():Ao-=1}}function R(e,t,{body:o,headers:n={},
text:i}={}){let r={...n};o!==void 0&&(r["Content-Type"]="application/json");let a={method:e,headers:r,body:i??(o===void 0?
void 0:JSON.stringify(o))};return Hn(t,a,async l=>{let c=await l.json().catch(()=>null);if(!l.ok&&l.status!==304)throw new X(
l.status,c,l.headers);return{status:l.status,body:c,headers:l.headers}})}function Mt(e,t){return Hn(e,{headers:t},async o=>{
if(!o.ok)throw new X(o.status,await o.json().catch(()=>null),o.headers);return o.blob()})}async function tt(e,t){return(await R(
"GET",e,{headers:t})).body}function re(e){let{pathname:t}=new URL(e,location.href);return t.startsWith("/api/images/")?t:
e}function It(){return Array.from(crypto.getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(2,"0")).join("")}
function Ne(e){return new Promise(t=>setTimeout(t,e*1e3))}var y=v(null),ot=v(null);async function Wn(){try{let[e,{providers:t},{models:o,fields:n}]=await Promise.all([R("GET","/a\
pi"),tt("/api/providers"),tt("/api/models")]),{features:i,access:r,anonymousPictures:a,picturesNeedKey:l,version:c}=e.body,
f=(e.headers.get("X-Emulated-Providers")??"").split(/[, ]+/).filter(Boolean),d=e.headers.get("X-Local-Key");y.value={providers:t,
models:o,fields:n,features:i,access:r,anonymousPictures:a,picturesNeedKey:l,version:c,emulated:f,localKey:d},ot.value=null}catch(e){
ot.value=e}}function Nt(e){return y.value.features.includes(e)}function ie(e){return y.value?.providers.find(t=>t.id===e)}
function ce(e){return y.value.models.filter(t=>t.provider===e)}function C(e,t){return y.value?.models.find(o=>o.provider===
e&&o.id===t)}function K({provider:e,model:t}){return{provider:ie(e)?.name??e,model:C(e,t)?.name??t}}function Pt(e){return y.
value.models.filter(t=>t.family===e.family&&t.provider!==e.provider)}var Mo=j("credentials",null),qn=j("credentials",null,"sessionStorage"),Pe=v(Mo!==null),E=v(Mo??qn??{});function Gn(){let{
emulated:e,localKey:t}=y.value;Mo||qn||!t||(E.value=Object.fromEntries([...e,"access"].map(o=>[o,t])))}var Hi=/^(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr]|bearer(?:[\s:]+|$))+|(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr])+$/gi;
function Dt(e,t){E.value={...E.value,[e]:t.replace(Hi,"")},Io()}function Vn(e){Pe.value=e,Io()}function Kn(){E.value={},
Pe.value=!1,Io()}function Io(){let e=Object.fromEntries(Object.entries(E.value).filter(([,t])=>t));W("credentials",Pe.value?
e:void 0),W("credentials",Pe.value?void 0:e,"sessionStorage")}function de(){return y.value.access==="keys"}function Se({
requiresAuth:e}){return e||!y.value.anonymousPictures}function Q(e){let{[e]:t,access:o}=E.value;return!!(o||!de()&&(t||!Se(
ie(e))))}function Rt(e){let{[e]:t,access:o}=E.value;return de()||!!(o&&!t)}function Jn(e){let t=E.value[e];return{...Rt(
e)?U():{},...t?{[ie(e).authHeader]:t}:{}}}function nt(){return y.value.picturesNeedKey?U():{}}function U(){let{access:e}=E.
value;return e?{Authorization:`Bearer ${e}`}:{}}var Wi=100,Yn=20,qi=3,Xn=["succeeded","failed","cancelled"],Lt=class{#t;#o;#e=[{cursor:"",asked:0,lines:[],settled:!1}];#n=0;constructor(t,o){
this.#t=t,this.#o=o}isOf(t){return this.#o===t}get lines(){return this.#e.flatMap(({lines:t})=>t.filter(({status:o})=>Xn.
includes(o)))}get more(){return this.#e.length===Yn&&!!this.#e.at(-1).next}async look(t=!1){let o=this.#e.filter(({settled:n})=>!n);
for(let n of o.sort((i,r)=>i.asked-r.asked).slice(0,qi))await this.#r(n,t);return o.length>0}async#r(t,o){let n=`/api/ba\
tches/${this.#t}/results?limit=${Wi}&cursor=${t.cursor}`,{body:i}=await R("GET",n,{headers:U()});t.asked=++this.#n,t.lines=
i.results,t.settled=o||i.results.length>0&&i.results.every(({status:r})=>Xn.includes(r)),!(t.next||!i.next)&&(t.next=i.next,
this.#e.length<Yn&&this.#e.push({cursor:i.next,asked:0,lines:[],settled:!1}))}};var $e=v([]),it=v(""),rt=new Map,Do=null;function Po(e){return new Promise((t,o)=>{e.onsuccess=()=>t(e.result),e.onerror=
()=>o(e.error)})}function Qn(e){return Do.transaction("pictures",e).objectStore("pictures")}async function Zn(){try{let e=indexedDB.
open("easel",1);e.onupgradeneeded=()=>e.result.createObjectStore("pictures",{keyPath:"id"}),Do=await Po(e);let t=await Po(
Qn("readonly").getAll());$e.value=t.sort((o,n)=>n.createdAt-o.createdAt)}catch{it.value="This browser keeps no gallery; \
pictures are here until the page is closed."}}async function er(e){if($e.value.some(n=>n.id===e.id))return;let t=await Ro(
e.url),o=t?{...e,blob:t}:e;$e.value=[o,...$e.value].sort((n,i)=>i.createdAt-n.createdAt),await tr(n=>n.put(o))}async function Ro(e){
try{return await Mt(re(e),nt())}catch{return null}}async function Ut(e){$e.value=$e.value.filter(t=>!e.includes(t.id));for(let t of e)
URL.revokeObjectURL(rt.get(t)),rt.delete(t),await tr(o=>o.delete(t))}async function tr(e){if(Do)try{await Po(e(Qn("readw\
rite")))}catch{it.value="This browser has no room for more pictures; the newest are here until the page is closed."}}function De(e){
return e.blob?(rt.has(e.id)||rt.set(e.id,URL.createObjectURL(e.blob)),rt.get(e.id)):re(e.url)}function jt(e){let t={JPEG:"\
jpg"}[e.format]??e.format.toLowerCase(),{asked:o,details:n,id:i}=e;return`${No(o.prompt??"upscaled").slice(0,40)||"pictu\
re"}-${No(n.model)}-${No(n.provider)}-${i.slice(-6)}.${t}`}function No(e){return e.replace(/[^\p{L}\p{N}.]+/gu,"-").replace(
/^[-.]+|[-.]+$/g,"")}var Gi=Uint32Array.from({length:256},(e,t)=>{let o=t;for(let n=0;n<8;n+=1)o=o&1?o>>>1^3988292384:o>>>1;return o});function Vi(e){
let t=4294967295;for(let o of e)t=Gi[(t^o)&255]^t>>>8;return(t^4294967295)>>>0}function Lo(...e){let t=new Uint8Array(e.
reduce((i,[r])=>i+r,0)),o=new DataView(t.buffer),n=0;for(let[i,r]of e)i===2?o.setUint16(n,r,!0):o.setUint32(n,r,!0),n+=i;
return t}var Ki=2048;function or(e){let t=new Date,o=t.getHours()<<11|t.getMinutes()<<5|t.getSeconds()>>1,n=t.getFullYear()-
1980<<9|t.getMonth()+1<<5|t.getDate(),i=[],r=[],a=0;for(let{name:f,bytes:d}of e){let m=new TextEncoder().encode(f),h=d.length,
p=[[2,20],[2,Ki],[2,0],[2,o],[2,n],[4,Vi(d)],[4,h],[4,h],[2,m.length],[2,0]],$=Lo([4,67324752],...p);r.push(Lo([4,33639248],
[2,20],...p,[2,0],[2,0],[2,0],[4,0],[4,a]),m),i.push($,m,d),a+=$.length+m.length+h}let l=r.reduce((f,d)=>f+d.length,0),c=Lo(
[4,101010256],[2,0],[2,0],[2,e.length],[2,e.length],[4,l],[4,a],[2,0]);return new Blob([...i,...r,c],{type:"application/\
zip"})}function at(e,t){let o=URL.createObjectURL(e);nr(o,t),setTimeout(()=>URL.revokeObjectURL(o),6e4)}function nr(e,t){let o=document.
createElement("a");o.href=e,o.download=t,o.click()}function rr(e){nr(De(e),jt(e))}function Uo(e){let{id:t,asked:o,details:n,
format:i,warnings:r,createdAt:a}=e;return{file:jt(e),jobId:t,createdAt:a,asked:o,obtained:{...n,format:i},warnings:r}}async function ir(e){
let t=e.filter(i=>i.blob),o=await Promise.all(t.map(async i=>({name:jt(i),bytes:new Uint8Array(await i.blob.arrayBuffer())}))),
n=new TextEncoder().encode(JSON.stringify(e.map(Uo),null,2));at(or([...o,{name:"parameters.json",bytes:n}]),"easel-pictu\
res.zip")}var ar={codes:{INVALID_REQUEST:["Easel does not understand this request.","Easel 无法理解这个请求。"],INVALID_PROVIDER:[
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
oken is used up for now.","{provider} 给你的令牌的额度暂时用完了。"],"QUOTA_EXCEEDED.account":["{provider}\
 gives your token no picture of {model} now. See your account there.","{provider} 目前不给你的令牌提供 {model} 的额度，请查看你在那里的账户。"],
"QUOTA_EXCEEDED.own":["What this Easel allows you is used up for now.","此 Easel 给你的额度暂时用完了。"],PROMPT_REJECTED:[
"{provider} refuses to draw this prompt. Say it differently.","{provider} 拒绝绘制这个提示词，请换一种说法。"],
MODEL_RETIRED:["{provider} no longer offers {model}.","{provider} 已不再提供 {model}。"],GENERATION_FAILED:["{prov\
ider} began the picture and could not finish it.","{provider} 开始绘制，但未能完成。"],PROVIDER_ERROR:["{prov\
ider} has a problem at the moment.","{provider} 目前出了问题。"],NO_PICTURE:["{provider} reported success but sen\
t no picture. It may count this one.","{provider} 报告成功，却没有给出图片，可能仍会计入额度。"],DOWNLOAD_FAILED:[
"{provider} drew the picture, but it could not be fetched.","{provider} 画好了图片，但未能取回。"],UPSTREAM_ERROR:[
"{provider} cannot be reached at the moment.","目前无法连接 {provider}。"],TIMEOUT:["{provider} took too long. It\
 may be busy.","{provider} 用时过长，可能正忙。"],UNKNOWN:["Something went wrong in Easel itself.","Easel 内部出错\
了。"],BUCKET_REFUSED:["The bucket did not take the file. Does AllowedOrigins of this Easel name {origin}?","存储桶没有接受该文\
件。此 Easel 的 AllowedOrigins 是否包含 {origin}？"],BUSY:["This Easel is busy at the moment.","此 Easel 目前繁忙。"],
OFFLINE:["Easel does not answer. Is it running, and are you online?","Easel 没有响应。它在运行吗？网络是否正常？"]},
fields:{provider:["There is no such provider here. Choose another one.","这里没有这个服务商，请另选一个。"],
model:["{provider} has no such model. Choose another one.","{provider} 没有这个模型，请另选一个。"],prompt:[
"Describe the picture, in at most 4000 characters.","请描述画面，最多 4000 个字符。"],"prompt.provider":["{p\
rovider} does not take this prompt; most likely it is too long.","{provider} 不接受这个提示词，很可能是太长了。"],
negativePrompt:["At most 4000 characters, as plain text.","最多 4000 个字符的纯文本。"],width:["{model} takes \
sides of {sides}.","{model} 的边长须为 {sides}。"],"width.provider":["{provider} does not make this size with {mod\
el}. Pick another one.","{provider} 的 {model} 不支持这个尺寸，请另选一个。"],height:["{model} takes side\
s of {sides}.","{model} 的边长须为 {sides}。"],"height.provider":["{provider} does not make this size with {model}\
. Pick another one.","{provider} 的 {model} 不支持这个尺寸，请另选一个。"],size:["Write a size as width x\
 height, such as 1024x768.","尺寸应写作“宽x高”，例如 1024x768。"],steps:["{model} takes {steps} steps, a \
whole number.","{model} 的步数须为 {steps} 的整数。"],guidanceScale:["{model} takes a guidance of {guidance}.",
"{model} 的引导强度须为 {guidance}。"],count:["A line asks for 1 to 1000 pictures, a whole number.","每行的图片数须为 1 \
至 1000 的整数。"],seed:["A seed is a whole number up to 2147483647. Leave it empty for a random one.","种子是不超过 2147\
483647 的整数；留空则随机。"],responseFormat:["A picture comes as url or as b64_json.","图片只能以 url 或 b64_json 返\
回。"],image:["Choose a picture to start from: a PNG, JPEG or WebP.","请选择一张起始图片：PNG、JPEG 或 WebP。"],
url:["Easel cannot read the picture at this link.","Easel 无法读取此链接的图片。"],scale:["A picture can be m\
ade 1 to 4 times as large.","图片可放大 1 到 4 倍。"],body:["Easel cannot read what was sent.","Easel 无法读取发送的内容。"],
file:["Easel cannot read this file.","Easel 无法读取此文件。"],id:["Easel does not know it, or keeps it no more.",
"Easel 不认识它，或已不再保存。"],job:["Easel does not know this job.","Easel 不认识这个任务。"],hop:[
"This link is not complete.","此链接不完整。"],manifest:["Easel cannot read this list of prompts. It must be CSV \
with a header that has a column prompt, or JSON Lines.","Easel 无法读取这个提示词列表。它必须是带表头且含 prompt 列的 CSV，或 JSON Lines。"],
requests:["The list of prompts is empty, or too long.","提示词列表为空或过长。"],retry:["There is no such bat\
ch to run again.","没有可重跑的该批量任务。"],scheduledTime:["The time of the batch cannot be read.","无法识别批量\
任务的时间。"],name:["The file's name is too long.","文件名过长。"],digest:["The file's digest is too long.",
"文件摘要过长。"],custom_id:["Two lines have the same custom_id, or it is too long.","两行的 custom_id 相同，或过长。"],
cursor:["This page of the list is gone. Begin with the first.","列表的这一页已失效，请从第一页开始。"],
stream:["Easel does not send this as a stream.","Easel 不支持以流的方式发送。"],"Idempotency-Key":["The same \
key came with another request. Send it again.","同一个键用于了不同的请求，请重新发送。"],"Content-Enc\
oding":["Easel cannot unpack what was sent.","Easel 无法解压发送的内容。"],Authorization:["The Easel key is no\
t valid, or does not allow this.","Easel 密钥无效，或不允许此操作。"],token:["{provider} does not accept yo\
ur token.","{provider} 不接受你的令牌。"]}};var sr={"1 line is wrong: see it":"1 行有错：查看","A file of prompts becomes pictures overnight: a CSV with a hea\
der, or JSON Lines with one request a line.":"一个提示词文件，一夜之间变成图片：带表头的 CSV，或每行一个请求的 JSON Lines。",
"A key of this Easel pays with tokens of its own. Its owner gives you one.":"持有此 Easel 的密钥，即可使用它自己的令牌。密钥请向管理员索取。",
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
高","I have an Easel key":"我有 Easel 密钥","It has begun, so its provider finishes it.":"任务已经开始，服务商会把它完成。",
"It stays in this tab, and goes to this Easel only.":"令牌只留在此标签页，只发送给本 Easel。","Keep the \
seed":"锁定种子","Keep them on this device, also after the tab is closed":"保存在本设备上，关闭标签页后仍保留",
"Lets you use the tokens of this Easel, and run batches":"可使用本 Easel 的令牌，并运行批量任务",Line:"行",
"Line {n}":"第 {n} 行","Loading…":"加载中…","Look again":"重新查看","Looking at the file…":"正在检查文件……",
Model:"模型","Models: {models}":"模型：{models}","Needed here; the owner of this Easel gives you one":"此处必填；请向本 Eas\
el 的管理员索取","Needed unless an Easel key pays; sent as {header}":"没有 Easel 密钥时必填；通过 {header} 发送",
"New batch":"新建批量任务","Newer picture":"较新的图片","No line is wrong.":"没有错误的行。",None:"全不选",
"Not in the picture":"反向提示词","Nothing is spent yet.":"尚未产生任何消耗。","{provider}: all {all} toda\
y.":"{provider}：今天可全部完成 {all} 张。","{provider}: {n} of {all} today, the rest after about {time}.":"{p\
rovider}：今天可完成 {n} / {all} 张，其余约在 {time} 之后。","{provider}: {n} of {all} today, the rest wh\
en there is more.":"{provider}：今天可完成 {n} / {all} 张，其余待额度恢复后。",Obtained:"结果","Older\
 picture":"较早的图片","Optional: without one there is less to use":"可选：没有令牌时额度较少","Other f\
ile":"换个文件","Other pictures":"其他图片","Pick another size":"另选尺寸",Picture:"图片","Picture to star\
t from":"起始图片",Pictures:"图片","Pictures are emulated here: no provider is asked, nothing is spent, and any to\
ken works.":"这里的图片由模拟器绘制：不请求服务商，不产生费用，任何令牌都可用。","Pictu\
res left of your key until {time}: {n}":"密钥剩余图片（至 {time}）：{n}","Pictures this month":"本月图片",
"Pictures today":"今日图片","Pictures under way":"进行中的图片","Programming language":"编程语言",Progress:"\
进度",Prompt:"提示词",Provider:"服务商","Reading the file":"正在读取文件",Reason:"原因",Remove:"移除",
"Remove all":"全部移除","Remove all pictures?":"移除全部图片？","Remove from the list":"从列表移除","Res\
ults as a file":"下载结果文件","Results so far as a file":"下载目前的结果","Roll a seed":"随机种子","Ru\
n all of it anew":"全部重新运行","Run the rest again":"重跑未完成的","Run the {n} without a picture again":"\
重新运行没有图片的 {n} 张",Running:"运行中","Same prompt on several models":"同一提示词，多个模型",
"Save and draw":"保存并绘制","Save and try again":"保存并重试","Say what you want to see.":"说出你想看到的画面。",
Scale:"倍数","See that batch":"查看该批量任务",Seed:"种子","Show more":"显示更多","Show the comparison":"\
查看比较",Size:"尺寸","Start 1 picture":"开始生成 1 张图片","Start the batch":"启动批量任务","Start w\
ithout it":"不用这张图片","Start {n} pictures":"开始生成 {n} 张图片","Starting a batch needs an Easel key.":"\
启动批量任务需要 Easel 密钥。","Starting…":"正在启动…",Steps:"步数","Swap width and height":"交换宽高",
"The first {lines} lines ask for {pictures} pictures; the file is longer.":"前 {lines} 行共 {pictures} 张图片；文件还有更多行。",
"The quota at {provider} is used up. Goes on at {time}.":"{provider} 的额度已用完，{time} 继续。","These are t\
he first {n} lines.":"这里是前 {n} 行。","These are the first {n} results; the file has all when the batch has end\
ed.":"这里是前 {n} 条结果；批量任务结束后，文件中有全部结果。","This browser has no room for mo\
re pictures; the newest are here until the page is closed.":"浏览器空间已满；最新的图片只保留到页面关闭为止。",
"This browser keeps no gallery; pictures are here until the page is closed.":"此浏览器无法保存图库；图片只保留到页面关闭为止。",
"This file has run before, at {time}: {n} of {all} pictures, {failed} without one. What do you want?":"此文件已于 {time} 运行过：\
{all} 张中完成 {n} 张，{failed} 张没有图片。您想怎么做？","This file was started at {time} and still r\
uns.":"此文件已于 {time} 启动，仍在运行。","This model changes a picture":"此模型用于修改图片","Th\
e provider":"服务商","The samples are drawn by Easel's own emulator. Your pictures stay in this browser.":"示例由 Easel \
自带的模拟器绘制。你的图片保存在此浏览器中。","This Easel draws for those who have a key. Its owne\
r gives you one.":"此 Easel 只为持有密钥的人作画，请向管理员索取。","This model":"该模型","this m\
odel makes these sizes only":"此模型只支持这些尺寸",Time:"用时",Token:"令牌",Tokens:"令牌","Tokens are f\
illed in.":"令牌已填好。","Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of th\
em.":"令牌只留在此标签页，并仅通过请求头发送给本 Easel。Easel 不保存任何令牌。","Try again":"\
重试","Upscale {scale}×":"放大 {scale} 倍","Use this picture":"使用这张图片",Upscaling:"放大","Use {provid\
er}":"改用 {provider}","Vary the seed":"换个种子",Views:"视图","Waits for its turn: another batch is at work at \
{provider}.":"正在排队：{provider} 正在处理另一个批量任务。","What this Easel allows is used up for now\
. Goes on at {time}.":"此 Easel 允许的额度暂时用完，{time} 继续。","What should be in the picture?":"画面里应该\
有什么？","What such a file looks like":"文件示例","What the key allows":"密钥的额度",Width:"宽","Without \
one it draws from the prompt alone":"没有图片时仅按提示词生成","Write a prompt and generate, or begin with o\
ne of these: a click draws it.":"写下提示词并生成，或点一下下面的例子，立即绘制。","Write a prom\
pt first.":"请先填写提示词。","Wrong lines":"有错的行","Zoom to full size":"放大到原始尺寸","a fox as\
leep in a snowy forest":"雪林中熟睡的狐狸","a lighthouse in a storm, oil painting":"暴风雨中的灯塔，油画",
"a paper boat on a quiet lake at dawn":"清晨平静湖面上的纸船","a rainy city street at night, neon signs":"雨夜的城\
市街道，霓虹灯","about {time} left":"约剩 {time}","again from {time}":"{time} 起恢复","also at {providers}":"\
另见 {providers}","an astronaut resting on the moon":"在月球上休息的宇航员","batches too":"可运行批量任务",
emulated:"模拟","handed over":"已提交","in the provider's queue: {n}":"服务商队列中的位置：{n}","low qual\
ity, blurry":"低质量，模糊","mountains above the clouds, ink wash":"云海之上的群山，水墨画","needs a to\
ken":"需要令牌","no batches":"不可运行批量任务","needs an Easel key":"需要 Easel 密钥","no token needed":"\
无需令牌",or:"或","or drop it here":"或拖放到这里","picks its own seed":"种子由模型自定",random:"随机",
"took {time}":"用时 {time}","until {time}":"有效期至 {time}","usually {time}":"通常 {time}","waits for its turn":"\
排队等待","{bad} lines are wrong: see them":"{bad} 行有错：查看","{good} lines ask for {pictures} pictures.":"\
{good} 行，共 {pictures} 张图片。","your Easel key":"用 Easel 密钥","your token":"用你的令牌","{label}, s\
lider":"{label}，滑块","{min} to {max}":"{min} 至 {max}","{min} to {max} pixels":"{min} 至 {max} 像素","{min} to \
{max} pixels, in steps of {step}":"{min} 至 {max} 像素，步长 {step}","1 wrong line":"1 行有错","{n} without a p\
icture":"{n} 项没有图片","{n} without a picture so far":"目前 {n} 项没有图片","{n} wrong lines":"{n} 行有错",
"{n} KB":"{n} KB","{n} a minute":"每分钟 {n} 张","{n} cancelled":"{n} 张已取消","{n} failed":"{n} 张失败","{n\
} of {all}":"{n} / {all}","{n} of {all} pictures":"{n} / {all} 张图片","{n} pictures are removed from this browser. T\
heir links live on until the deployment removes them.":"将从此浏览器移除 {n} 张图片。它们的链接在部署清理之前仍然有效。",
"{n} running":"{n} 张进行中","{n} s":"{n} 秒","{n} to come":"{n} 张待处理","{provider} draws on your own accoun\
t there. Get a token, paste it here, and your picture begins.":"{provider} 使用你在那里的账户作画。获取令牌并粘贴到这里，图片随即开始绘制。",
"{provider} takes no calls at the moment. Goes on at {time}.":"{provider} 暂时不接受请求，{time} 继续。","{pr\
ovider} needs a token of yours.":"{provider} 需要你的令牌。","{time}, usually {usual}":"{time}，通常 {usual}"};var Yi=navigator.language.toLowerCase().startsWith("zh")?"zh":"en",pe=v(j("language",Yi));H(()=>{document.documentElement.
lang=pe.value==="zh"?"zh-Hans":"en"});function lr(e){pe.value=e,W("language",e)}function s(e,t={}){return jo(pe.value===
"zh"?sr[e]??e:e,t)}var Xi=/(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])/g;function jo(e,t){return e.
replace(/\{(\w+)\}/g,(o,n)=>t[n]??o).replace(Xi,"")}function Re(...e){return e.filter(Boolean).join(pe.value==="zh"?"":"\
 ")}function Le(e){let t=parseFloat(e)/(e.endsWith("ms")?1e3:1);return t<9.95?s("{n} s",{n:Math.max(.1,t).toFixed(1)}):ae(
t)}function ae(e){let t=Math.max(0,Math.round(e));if(t<60)return s("{n} s",{n:t});let o=[Math.floor(t/3600),Math.floor(t/
60)%60,t%60];return(o[0]?o:o.slice(1)).map((i,r)=>r?String(i).padStart(2,"0"):i).join(":")}function ge(e,t={}){let o=new Date(
e*1e3),i=o.toDateString()===new Date().toDateString()?{}:{month:"short",day:"numeric"};return o.toLocaleString(pe.value===
"zh"?"zh-CN":"en",{hour:"2-digit",minute:"2-digit",...i,...t})}function Ue(e){return ge(e,{timeZoneName:"short"})}var Qi=["provider","model","prompt","negativePrompt","width","height","size","image","steps","guidanceScale","seed","res\
ponseFormat"];function st(){return Object.entries(y.value.fields??{}).filter(([t])=>!Qi.includes(t)).map(([t,{anyOf:o=[],
...n}])=>({name:t,...o.find(({type:i})=>i!=="null"),...n}))}function zt({type:e}){return e==="integer"||e==="number"}function ur({
name:e}){let t=e.replace(/[A-Z]/g,o=>` ${o.toLowerCase()}`);return t[0].toUpperCase()+t.slice(1)}var Zi=[{name:"1:1",width:1024,height:1024},{name:"4:3",width:1152,height:864},{name:"3:4",width:864,height:1152},{name:"\
3:2",width:1248,height:832},{name:"2:3",width:832,height:1248},{name:"16:9",width:1280,height:720},{name:"9:16",width:720,
height:1280}];function cr(e){return e.sizes.only??Zi.map(t=>({...t,...dr(t,e.sizes)}))}function lt(e,t){return Number(e.
width)===t.width&&Number(e.height)===t.height}function ut(e,t){let{only:o}=t.sizes;if(!o)return dr(e,t.sizes);if(o.some(
a=>lt(e,a)))return{width:e.width,height:e.height};let n=e.width/e.height||1,i=a=>Math.abs(Math.log(a.width/a.height/n)),
r=o.reduce((a,l)=>i(l)<i(a)?l:a);return{width:r.width,height:r.height}}function dr({width:e,height:t},{min:o,max:n,step:i=1}){
let r=Math.max(e,t),a=r>n?n/r:1,l=c=>{let f=Math.floor((n-o)/i),d=Math.round((c*a-o)/i);return Number(c)>0?o+Math.min(Math.
max(d,0),f)*i:c};return{width:l(e),height:l(t)}}var Ft=2147483647,pr=8,fr={prompt:"",negativePrompt:"",width:1024,height:1024,seed:"",count:1,image:""},g=v(fr),se=v({});
function mr(){let e={...fr,...j("form",{})};e.image.startsWith("blob:")&&(e.image="");let t=C(e.provider,e.model);g.value=
e,t||Oe(y.value.models[0])}function T(e){g.value={...g.value,...e},ct(Object.keys(e)),W("form",g.value)}function ct(e){se.
value=Object.fromEntries(Object.entries(se.value).filter(([t])=>!e.includes(t)))}function hr(e){let{family:t}=C(g.value.
provider,g.value.model),o=ce(e);Oe(o.find(n=>n.family===t)??o[0])}function Oe(e){T({provider:e.provider,model:e.id,steps:e.
features.steps.default,guidanceScale:e.features.guidanceScale?.default??"",...ut(g.value,e)})}function ze(e){let t=C(e.provider,
e.model);t&&Oe(t);let{prompt:o,negativePrompt:n="",width:i,height:r,seed:a,steps:l,guidanceScale:c,image:f=""}=e,d=Object.
fromEntries(st().map(({name:h})=>[h,e[h]??""])),m={prompt:o,negativePrompt:n,width:i,height:r,seed:a??"",image:f,...d};T(
t?{...m,steps:l,...c===void 0?{}:{guidanceScale:c}}:m)}function Bt(e){let t=C(e.provider,e.model),{guidanceScale:o,negativePrompt:n,
edits:i}=t.features,r={provider:e.provider,model:e.model,prompt:e.prompt,negativePrompt:n?e.negativePrompt:"",width:je(e.
width),height:je(e.height),steps:je(e.steps),guidanceScale:o?je(e.guidanceScale):"",seed:je(e.seed),image:i?e.image:""};
for(let a of st()){let l=e[a.name]??"";r[a.name]=zt(a)?je(l):l}return Object.fromEntries(Object.entries(r).filter(([a,l])=>a===
"prompt"||l!==""))}function je(e){let t=typeof e=="string"?e.trim():e;return t===""||Number.isNaN(Number(t))?t:Number(t)}
function Ht(e){let t=Bt(e);return Array.from({length:Number(e.count)||1},(o,n)=>Number.isInteger(t.seed)&&n?{...t,seed:Math.
min(Ft,t.seed+n)}:t)}function Ce(e,t,o){let{steps:n,guidanceScale:i}=e.features,r={provider:e.provider,model:e.id,steps:n.
default,guidanceScale:i?.default??""};return Bt({...t,...r,...ut(t,e),seed:o})}function dt({features:e},t){return C(t.provider,
t.model).features.edits&&t.image?e.edits:!e.needsImage}function pt(){return crypto.getRandomValues(new Uint32Array(1))[0]%
(Ft+1)}var vr=/^INVALID_/,ea=/\{(\w+)\}/g,ta={0:"OFFLINE",413:"PAYLOAD_TOO_LARGE",429:"BUSY",503:"BUSY"},oa=["RATE_LIMITED","PR\
OVIDER_ERROR","UPSTREAM_ERROR","TIMEOUT","GENERATION_FAILED","NO_PICTURE","DOWNLOAD_FAILED","UNKNOWN","BUSY","OFFLINE","\
CANCELLED","QUOTA_EXCEEDED","NOT_FOUND"],na=["RATE_LIMITED","QUOTA_EXCEEDED","PROVIDER_ERROR","UPSTREAM_ERROR","TIMEOUT",
"GENERATION_FAILED","NO_PICTURE","MODEL_RETIRED","PROMPT_REJECTED","AUTH_REQUIRED","AUTH_INVALID","AUTH_EXPIRED"];function z(e,t){
let{code:o,field:n,status:i,retryAfter:r,provider:a,elsewhere:l,message:c}=e;return{code:o||(ta[i]??"UNKNOWN"),field:n,retryAfter:r,
provider:a,elsewhere:l,message:c,asked:t,at:Date.now()}}function Wt({error:e,code:t,details:o},n){return z({message:e,code:t,
...o},n)}function Z(e){let t=ia(e),[o,n]=ra(e,t);return jo(pe.value==="zh"?n:o,t)}var ee=Y(()=>Object.fromEntries(Object.
entries(se.value).map(([e,t])=>[e,Z(t)])));function ra({code:e,field:t,provider:o,retryAfter:n},i){let{codes:r,fields:a}=ar,
l=vr.test(e)&&(o&&a[`${t}.provider`]||a[t]);if(l&&[...l[0].matchAll(ea)].every(([,f])=>i[f]))return l;let c={AUTH:t==="A\
uthorization"||!o?"key":"",RATE:o?"":"own",QUOTA:o?n?"":"account":"own"}[e.split("_")[0]];return r[`${e}.${c}`]??r[e]??r.
UNKNOWN}function ia({asked:e={},provider:t}){let o=K({...e,provider:t??e.provider}),n=C(e.provider,e.model),i=a=>a?s("{m\
in} to {max}",a):"",r=n&&(n.sizes.step?s("{min} to {max} pixels, in steps of {step}",n.sizes):s("{min} to {max} pixels",
n.sizes));return{provider:o.provider??s("The provider"),model:o.model??s("This model"),sides:r,origin:location.origin,steps:i(
n?.features.steps),guidance:i(n?.features.guidanceScale)}}function qt({retryAfter:e,at:t}){return e>0?s("Again from {tim\
e}",{time:Ue(t/1e3+e)}):""}function _r({code:e,field:t,asked:o,elsewhere:n}){let i=o&&C(o.provider,o.model),r=i?Pt(i).filter(
l=>dt(l,o)):(n??[]).map(({provider:l,model:c})=>C(l,c)).filter(Boolean),a=l=>Q(l.provider)?0:1;return{token:e.startsWith(
"AUTH_"),edit:{PROMPT_REJECTED:"prompt",PAYLOAD_TOO_LARGE:"prompt",INVALID_DIMENSIONS:"width",MODEL_RETIRED:"model"}[e]??
(vr.test(e)?t??"prompt":""),again:oa.includes(e),elsewhere:na.includes(e)&&t!=="Authorization"?r.sort((l,c)=>a(l)-a(c)):
[]}}function $r(){return y.value.providers.find(e=>!Se(e)&&Q(e.id))}var q=v([]),D=v(null),aa=2,gr=256*1024;function Fe(e,t){q.value=q.value.map(o=>o.id===e?{...o,...t}:o)}function yr(){W("\
batches",q.value.map(({id:e,name:t})=>({id:e,name:t})))}function br(){q.value=j("batches",[]),q.value.forEach(({id:e})=>ft(
e))}async function wr(e){D.value={file:e};try{let t=e.size<=gr,o=new Uint8Array(await e.slice(0,gr).arrayBuffer()),n=t?o.
length:o.lastIndexOf(10)+1||o.length,i={...U(),"Content-Type":"application/octet-stream"},{body:r}=await R("POST","/api/\
batches/preview",{text:o.slice(0,n),headers:i});if(D.value?.file!==e)return;D.value={file:e,preview:r,whole:t&&r.complete},
U().Authorization&&Gt(e,{before:(await Er(e)).batch})}catch(t){Gt(e,{error:z(t)})}}function Gt(e,t){D.value?.file===e&&(D.
value={...D.value,...t})}function kr(){D.value=null}async function Vt(e){let{file:t,before:o}=D.value;D.value={...D.value,
starting:!0,error:void 0};try{let n=e==="rest"?{retry:o.batchId}:await sa(t,e);if(!n)return;let i=await R("POST","/api/b\
atches",{body:n,headers:U()});Sr(i.body.batchId,t.name),D.value=null}catch(n){Gt(t,{starting:!1,error:z(n)})}}async function sa(e,t){
let o=await Er(e);return o.batch&&!t?(Gt(e,{starting:!1,before:o.batch}),null):(await la(o,e),{manifest:o.manifest,...t===
"anew"?{scheduledTime:new Date().toISOString()}:{}})}async function Er(e){let t={size:e.size,name:e.name,digest:await ua(
e)};return(await R("POST","/api/batches/uploads",{body:t,headers:U()})).body}function xr(){let{file:e,before:t}=D.value;
Sr(t.batchId,e.name),D.value=null}async function la({uploadUrl:e,uploadHeaders:t},o){let n=await fetch(e,{method:"PUT",headers:t,
body:o}).catch(()=>null);if(!n?.ok)throw new X(n?.status??0,{code:"BUCKET_REFUSED"})}async function ua(e){if(!crypto.subtle)
return`${e.size}-${e.lastModified}`;let t=new Uint8Array(await crypto.subtle.digest("SHA-256",await e.arrayBuffer()));return Array.
from(t.slice(0,16),o=>o.toString(16).padStart(2,"0")).join("")}function Sr(e,t){q.value=[{id:e,name:t},...q.value.filter(
o=>o.id!==e)],yr(),ft(e)}var zo=new Set;async function ft(e){if(zo.has(e))return;zo.add(e);let t,o=0,n=()=>Fe(e,{lines:t.
lines,more:t.more});try{for(;;){let i=await R("GET",`/api/batches/${e}`,{headers:U()});if(!ca(e))return;let{counts:r,run:a,
finishedAt:l}=i.body;Fe(e,{status:i.body,error:void 0}),t?.isOf(a)||(t=new Lt(e,a));let c=r.succeeded+r.failed+r.cancelled;
if(c!==o&&(await t.look(),n()),o=c,l)break;await Ne(Number(i.headers.get("Retry-After"))||aa)}for(;await t.look(!0);)n()}catch(i){
Fe(e,{error:z(i)})}finally{zo.delete(e)}}function ca(e){return q.value.find(t=>t.id===e)}async function Or({id:e,name:t}){
try{at(await Mt(`/api/batches/${e}/results`,U()),`${t}.results.jsonl`)}catch(o){Fe(e,{error:z(o)})}}async function Cr(e){
await Ar(e,()=>R("DELETE",`/api/batches/${e}`,{headers:U()}))}async function Tr(e){await Ar(e,()=>R("POST","/api/batches",
{body:{retry:e},headers:U()})),Fe(e,{status:void 0,lines:void 0})}async function Ar(e,t){try{await t(),ft(e)}catch(o){Fe(
e,{error:z(o)})}}function Mr(e){q.value=q.value.filter(t=>t.id!==e),yr()}var Nr=function(e,t,o,n){var i;t[0]=0;for(var r=1;r<t.length;r++){var a=t[r++],l=t[r]?(t[0]|=a?1:2,o[t[r++]]):t[++r];a===
3?n[0]=l:a===4?n[1]=Object.assign(n[1]||{},l):a===5?(n[1]=n[1]||{})[t[++r]]=l:a===6?n[1][t[++r]]+=l+"":a?(i=e.apply(l,Nr(
e,l,o,["",null])),n.push(i),l[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):n.push(l)}return n},Ir=new Map;function Pr(e){var t=Ir.get(this);
return t||(t=new Map,Ir.set(this,t)),(t=Nr(this,t.get(e)||(t.set(e,t=(function(o){for(var n,i,r=1,a="",l="",c=[0],f=function(h){
r===1&&(h||(a=a.replace(/^\s*\n\s*|\s*\n\s*$/g,"")))?c.push(0,h,a):r===3&&(h||a)?(c.push(3,h,a),r=2):r===2&&a==="..."&&h?
c.push(4,h,0):r===2&&a&&!h?c.push(5,0,!0,a):r>=5&&((a||!h&&r===5)&&(c.push(r,0,a,i),r=6),h&&(c.push(r,h,0,i),r=6)),a=""},
d=0;d<o.length;d++){d&&(r===1&&f(),f(d));for(var m=0;m<o[d].length;m++)n=o[d][m],r===1?n==="<"?(f(),c=[c],r=3):a+=n:r===
4?a==="--"&&n===">"?(r=1,a=""):a=n+a[0]:l?n===l?l="":a+=n:n==='"'||n==="'"?l=n:n===">"?(f(),r=1):r&&(n==="="?(r=5,i=a,a=
""):n==="/"&&(r<5||o[d][m+1]===">")?(f(),r===3&&(c=c[0]),r=c,(c=c[0]).push(2,0,r),r=0):n===" "||n==="	"||n===`
`||n==="\r"?(f(),r=2):a+=n),r===3&&a==="!--"&&(r=4,c=c[0])}return f(),c})(e)),t),arguments,[])).length>1?t:t[0]}var u=Pr.bind(wt);function Be({error:e}){return u`<p class="error" role="alert">${Re(Z(e),qt(e))} <${Fo} error=${e} /></p>`}function Fo({error:{
code:e,message:t}}){return u`<small lang="en"><code>${e}</code> ${t}</small>`}var da=200;function Bo({error:{code:e,field:t,provider:o},provider:n,model:i}){return Z({code:e,field:t,provider:o,asked:{
provider:n,model:i}})}function Ho({line:e,error:t,code:o,details:n}){return{line:e,error:{code:o,message:t,...n}}}function Kt({
lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Reason")}</th></tr></thead>
        <tbody>
          ${e.slice(0,da).map(o=>u`
            <tr key=${`${o.line}-${o.copy}`}><th scope="row">${o.line}</th>
              <td>${Bo(o)} <${Fo} error=${o.error} /></td></tr>`)}
        </tbody>
      </table>
    </div>
  `}var pa={again:"M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",arrow:"M5 12h14M13 6l6 6-6 6",back:"M19 12H5M11 6l-6 6 6 6",brush:"M1\
4 4l6 6-8 8H6v-6zM4 20h16",check:"m5 13 4 4L19 7",close:"M6 6l12 12M18 6 6 18",code:"m8 7-5 5 5 5M16 7l5 5-5 5",copy:"M9\
 9h11v11H9zM5 15H4V4h11v1",die:"M5 5h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",download:"M12 4v11M7 11l5 5\
 5-5M5 20h14",enlarge:"M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",grid:"M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
key:"M21 3l-9.3 9.3M16 8l3 3M12.5 15.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z",locked:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v\
3",moon:"M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",open:"M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.5-2",spark:"M12 3v6M12 15v6M\
3 12h6M15 12h6M6 6l3 3M15 15l3 3M18 6l-3 3M9 15l-3 3",sun:"M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4\
 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",swap:"M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4\
 4",trash:"M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",upload:"M12 20V9M7 13l5-5 5 5M5 4h14",vary:"M4 7h3l10 10h3M4 17h3l3-3M14 1\
0l3-3h3M17 4l3 3-3 3M17 14l3 3-3 3"};function _({name:e}){return u`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${pa[e]} /></svg>`}var Dr=24,fa={planning:"Reading the file",running:"Running",completed:"Completed",cancelled:"Cancelled",failed:"Failed"};
function Rr({batch:e}){let{name:t,status:o,lines:n,error:i}=e,r=i??(o?.error&&Wt(o.error));return u`
    <article class="batch" aria-label=${t}>
      <header><h3>${t}</h3><span class=${`badge ${o?.status??""}`} role="status">${s(fa[o?.status]??o?.status??"…")}</span></header>
      ${r&&u`<${Be} error=${r} />`}
      ${o&&u`<${ma} status=${o} />`}
      <${va} batch=${e} />
      ${n&&u`<${$a} batch=${e} />`}
    </article>
  `}function ma({status:e}){let{requests:t,succeeded:o,failed:n,invalid:i,running:r,pending:a,cancelled:l}=e.counts,c=t-
i,f=o+n-i+l,d=[s("{n} of {all} pictures",{n:o,all:c}),n>i&&s("{n} failed",{n:n-i}),i>0&&(i===1?s("1 wrong line"):s("{n} \
wrong lines",{n:i})),l&&s("{n} cancelled",{n:l}),r&&s("{n} running",{n:r}),a&&s("{n} to come",{n:a})],m=[e.rate>0&&s("{n\
} a minute",{n:(e.rate*60).toFixed(e.rate<.2?1:0)}),e.etaSeconds!==void 0&&s("about {time} left",{time:ae(e.etaSeconds)}),
e.finishedAt&&s("took {time}",{time:ae(e.finishedAt-e.startedAt)})];return u`
    <progress aria-label=${s("Progress")} max=${c||1} value=${f}></progress>
    <p class="counts">${d.filter(Boolean).join(" · ")}</p>
    <p class="hint">${m.filter(Boolean).join(" · ")}</p>
    ${(e.waitingFor??[]).map(h=>u`<p class="notice" key=${h.provider}>${ha(h)}</p>`)}
  `}function ha({provider:e,until:t,cause:o}){let n={provider:K({provider:e}).provider,time:t?Ue(t):""};return{turn:()=>s(
"Waits for its turn: another batch is at work at {provider}.",n),quota:()=>s("The quota at {provider} is used up. Goes o\
n at {time}.",n),rest:()=>s("{provider} takes no calls at the moment. Goes on at {time}.",n),budget:()=>s("What this Eas\
el allows is used up for now. Goes on at {time}.",n)}[o]()}function va({batch:{id:e,name:t,status:o,lines:n,error:i}}){let r=!!o?.
finishedAt,a=r&&o.counts.succeeded<o.counts.requests-o.counts.invalid;return u`
    <div class="buttons">
      ${o&&!r&&u`<button type="button" onClick=${()=>Cr(e)}>${s("Cancel the batch")}</button>`}
      ${a&&u`<button type="button" onClick=${()=>Tr(e)}><${_} name="again" /> ${s("Run the rest again")}</button>`}
      ${r&&u`<button type="button" onClick=${()=>Or({id:e,name:t})}><${_} name="download" /> ${s("Results as a file")}</button>`}
      ${!r&&n?.length>0&&u`<button type="button" onClick=${()=>at(_a(n),`${t}.results.jsonl`)}><${_} name="download" /> ${s(
"Results so far as a file")}</button>`}
      ${i&&u`<button type="button" onClick=${()=>ft(e)}>${s("Look again")}</button>`}
      <button type="button" class="quiet" onClick=${()=>Mr(e)}>${s("Remove from the list")}</button>
    </div>
  `}function _a(e){return new Blob(e.map(t=>`${JSON.stringify(t)}
`),{type:"application/x-ndjson"})}function $a({batch:{lines:e,more:t,status:o}}){let[n,i]=J(Dr),r=e.filter(l=>l.status===
"succeeded"),a=e.filter(l=>l.status==="failed");return u`
    ${t&&u`<p class="hint">${s("These are the first {n} results; the file has all when the batch has ended.",{n:e.length})}</p>`}
    ${a.length>0&&u`
      <details open>
        <summary>${o.finishedAt?s("{n} without a picture",{n:a.length}):s("{n} without a picture so far",{n:a.length})}</summary>
        <${Kt} lines=${a} label=${s("Failed lines")} />
      </details>`}
    ${r.length>0&&u`
      <ul class="grid small">
        ${r.slice(0,n).map(l=>u`
          <li key=${l.jobId}><${ga} line=${l} /></li>`)}
      </ul>
      ${r.length>n&&u`<button type="button" class="more" onClick=${()=>i(n+Dr)}>${s("Show more")}</button>`}`}
  `}function ga({line:e}){let{picturesNeedKey:t}=y.value,[o,n]=J(t?null:re(e.url));return V(()=>{if(!t)return;let i,r=!1;
return Ro(e.url).then(a=>{!a||r||(i=URL.createObjectURL(a),n(i))}),()=>{r=!0,URL.revokeObjectURL(i)}},[]),o?u`<a href=${o} target="_blank" rel="noopener"><img src=${o} alt=${s(
"Line {n}",{n:e.line})} loading="lazy" /></a>`:null}var Jt=v(!1),ya=`provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;function Lr({onTokens:e}){return u`
    <div class="batches">
      <section aria-label=${s("New batch")}>
        <h2>${s("New batch")}</h2>
        <p>${s("A file of prompts becomes pictures overnight: a CSV with a header, or JSON Lines with one request a line\
.")}</p>
        ${D.value?u`<${wa} onTokens=${e} />`:u`<${ba} />`}
      </section>
      <section aria-label=${s("Batches")}>
        <h2>${s("Batches")}</h2>
        ${q.value.length===0&&u`<p class="hint">${s("Batches that you start here are listed here.")}</p>`}
        ${q.value.map(t=>u`<${Rr} key=${t.id} batch=${t} />`)}
      </section>
    </div>
  `}function ba(){let e=o=>o[0]&&wr(o[0]),t=o=>{o.preventDefault(),Jt.value=!1,e(o.dataTransfer.files)};return u`
    <label class=${Jt.value?"drop over":"drop"} onDragOver=${o=>{o.preventDefault(),Jt.value=!0}}
      onDragLeave=${()=>{Jt.value=!1}} onDrop=${t}>
      <${_} name="upload" />
      <span><b>${s("Choose a file")}</b> ${s("or drop it here")}</span>
      <input type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv" onChange=${o=>e(o.target.files)} />
    </label>
    <details>
      <summary>${s("What such a file looks like")}</summary>
      <pre tabindex="0"><code>${ya}</code></pre>
    </details>
  `}function wa({onTokens:e}){let{file:t,preview:o,before:n,error:i}=D.value,r=E.value.access;return u`
    <div class="manifest">
      <p><b>${t.name}</b> <span class="hint">${s("{n} KB",{n:Math.max(1,Math.round(t.size/1024))})}</span></p>
      ${!o&&!i&&u`<p role="status">${s("Looking at the file…")}</p>`}
      ${i&&u`<${Be} error=${i} />`}
      ${o&&u`<${ka} />`}
      ${o&&!r&&u`
        <div class="notice"><p>${s("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${e}><${_} name="key" /> ${s("Enter the key")}</button></div>`}
      ${n&&u`<p class="notice" role="status">${xa(n)}</p>`}
      <${Sa} />
    </div>
  `}function ka(){let{preview:{lines:e,invalid:t,counts:o,quota:n=[]},whole:i}=D.value,r={...o,good:o.lines-o.invalid,bad:o.
invalid},a=i?s("{good} lines ask for {pictures} pictures.",r):s("The first {lines} lines ask for {pictures} pictures; th\
e file is longer.",r);return u`
    <p role="status">${Re(a,!o.invalid&&s("No line is wrong."),s("Nothing is spent yet."))}</p>
    ${n.map(l=>u`<${Ea} key=${l.provider} ...${l} />`)}
    ${o.invalid>0&&u`
      <details class="wrong">
        <summary>${o.invalid===1?s("1 line is wrong: see it"):s("{bad} lines are wrong: see them",r)}</summary>
        <${Kt} lines=${t.map(Ho)} label=${s("Wrong lines")} />
      </details>`}
    <${Oa} lines=${e} label=${s("First lines")} />
    ${o.lines>e.length&&u`<p class="hint">${s("These are the first {n} lines.",{n:e.length})}</p>`}
  `}function Ea({provider:e,pictures:t,left:o,moreAt:n}){if(o===void 0)return null;let i={provider:ie(e)?.name??e,n:o,all:t,
time:n&&Ue(n)},r=n?s("{provider}: {n} of {all} today, the rest after about {time}.",i):s("{provider}: {n} of {all} today\
, the rest when there is more.",i);return u`<p class="hint">${o>=t?s("{provider}: all {all} today.",i):r}</p>`}function xa({
createdAt:e,finishedAt:t,counts:o}){if(!t)return s("This file was started at {time} and still runs.",{time:ge(e)});let n={
time:ge(e),n:o.succeeded,all:o.requests-o.invalid,failed:o.failed-o.invalid+o.cancelled};return s("This file has run bef\
ore, at {time}: {n} of {all} pictures, {failed} without one. What do you want?",n)}function Sa(){let{preview:e,whole:t,before:o,
starting:n}=D.value,r=!E.value.access||n,a=e?.counts.pictures,l=a===1?s("Start 1 picture"):t?s("Start {n} pictures",{n:a}):
s("Start the batch"),c=o?.finishedAt&&o.counts.failed+o.counts.cancelled-o.counts.invalid;return u`
    <div class="buttons">
      ${a>0&&!o&&u`<button type="button" class="primary" disabled=${r} onClick=${()=>Vt()}>
        ${n?s("Starting…"):l}</button>`}
      ${o&&u`<button type="button" class="primary" onClick=${xr}>${s("See that batch")}</button>`}
      ${c>0&&u`<button type="button" disabled=${r} onClick=${()=>Vt("rest")}>
        ${s("Run the {n} without a picture again",{n:c})}</button>`}
      ${o&&a>0&&u`<button type="button" disabled=${r} onClick=${()=>Vt("anew")}>
        ${s("Run all of it anew")}</button>`}
      <button type="button" onClick=${kr}>${s("Other file")}</button>
    </div>
  `}function Oa({lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Prompt")}</th><th scope="col">${s("Model")}</th><th scope="col">${s(
"Size")}</th><th scope="col">${s("Pictures")}</th></tr></thead>
        <tbody>
          ${e.map(({line:o,request:n,error:i,count:r,warnings:a,...l})=>i?u`<tr key=${o} class="bad"><th scope="row">${o}</th><td colspan="4">${Bo(
Ho({line:o,error:i,...l}))}</td></tr>`:u`<tr key=${o}><th scope="row">${o}</th><td>${n.prompt}${a.map(c=>u`<small key=${c}>${c}</small>`)}</td>
                <td>${n.provider} / ${n.model}</td><td>${n.width} x ${n.height}</td><td>${r}</td></tr>`)}
        </tbody>
      </table>
    </div>
  `}function L({id:e,label:t,hint:o,error:n,children:i,beside:r,className:a=""}){return u`
    <div class=${`field ${a} ${n?"refused":""}`}>
      <div class="label"><label for=${e}>${t}</label>${r}</div>
      ${i}
      ${o&&!n&&u`<p class="hint" id=${`${e}-hint`}>${o}</p>`}
      ${n&&u`<p class="error" id=${`${e}-error`} role="alert">${n}</p>`}
    </div>
  `}function te(e,t,o){return{"aria-describedby":t?`${e}-error`:o?`${e}-hint`:void 0,"aria-invalid":t?"true":void 0}}function Yt({
name:e,label:t,options:o,value:n,onChoose:i,className:r}){return u`
    <fieldset class=${`choice ${r}`}>
      <legend class=${r==="shapes"?"hidden":""}>${t}</legend>
      ${o.map(a=>u`
          <label key=${a.id} class=${a.id===n?"chosen":""}>
            <input type="radio" name=${e} value=${a.id} checked=${a.id===n} onChange=${()=>i(a.id)} />
            ${a.shape&&u`<${Ca} ...${a.shape} />`}
            <span>${a.name}${a.note&&u`<small>${a.note}</small>`}</span>
          </label>
        `)}
    </fieldset>
  `}function Ca({width:e,height:t}){let o=1.15/Math.max(e,t);return u`<span class="shape" style=${{width:`${e*o}rem`,height:`${t*
o}rem`}}></span>`}function oe({title:e,className:t="",onClose:o,children:n}){let i=Eo(null);return V(()=>{let a=document.
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
  `}function Ur({title:e,text:t,yes:o,onYes:n,onClose:i}){return u`
    <${oe} title=${e} className="small" onClose=${i}>
      <p>${t}</p>
      <div class="buttons end">
        <button type="button" onClick=${i}>${s("Cancel")}</button>
        <button type="button" class="primary" onClick=${()=>{i(),n()}}>${o}</button>
      </div>
    <//>
  `}function mt({text:e,label:t,compact:o}){let[n,i]=J(!1);return u`
    <button type="button" class=${o?"quiet round":"quiet"} title=${o?t:void 0} onClick=${async()=>{await navigator.clipboard.
writeText(e),i(!0),setTimeout(()=>i(!1),2e3)}}>
      <${_} name=${n?"check":"copy"} /> <span class=${o?"hidden":""} aria-live="polite">${n?s("Copied"):t}</span>
    </button>
  `}function jr({id:e,label:t,tabs:o,value:n,onChoose:i}){return u`
    <div class="tabs" role="tablist" aria-label=${t} onKeyDown=${a=>{let l={ArrowRight:1,ArrowLeft:-1}[a.key];if(!l)return;
let c=o.findIndex(d=>d.id===n),f=o[(c+l+o.length)%o.length];i(f.id),document.getElementById(`${e}-${f.id}`).focus()}}>
      ${o.map(a=>u`
          <button key=${a.id} type="button" role="tab" id=${`${e}-${a.id}`} aria-controls=${`${e}-panel`}
            aria-selected=${String(a.id===n)} tabindex=${a.id===n?0:-1} onClick=${()=>i(a.id)}>
            ${a.name}
          </button>
        `)}
    </div>
  `}var Ta=4e6,Aa=["image/png","image/jpeg","image/webp"],Ma=2048,Fr=new Map,Xt=v(!1);function Br({model:e}){if(!e.features.
edits)return null;let{image:t}=g.value,o=ee.value.image,n=e.features.needsImage?s("This model changes a picture"):s("Wit\
hout one it draws from the prompt alone"),i=r=>{r.preventDefault(),Xt.value=!1,zr(r.dataTransfer.files[0])};return u`
    <${L} id="image" label=${s("Picture to start from")} error=${o} hint=${!t&&n}>
      <label class=${Xt.value?"drop source over":"drop source"} onDragOver=${r=>{r.preventDefault(),Xt.value=!0}}
        onDragLeave=${()=>{Xt.value=!1}} onDrop=${i}>
        ${t?u`<img src=${re(t)} alt=${s("Picture to start from")} />`:u`<${_} name="upload" />`}
        <span><b>${t?s("Other file"):s("Choose a file")}</b> ${!t&&s("or drop it here")}</span>
        <input id="image" type="file" accept="image/*" ...${te("image",o,!t&&n)} onChange=${r=>zr(r.target.files[0])} />
      </label>
      ${t&&u`<button type="button" class="quiet" onClick=${()=>T({image:""})}><${_} name="close" /> ${s("Start without i\
t")}</button>`}
    <//>
  `}async function zr(e){if(e)try{let t=await createImageBitmap(e),o=e.size<=Ta&&Aa.includes(e.type)?e:await Ia(t),n=URL.
createObjectURL(o);Fr.set(n,o),Hr(n,t)}catch{se.value={...se.value,image:{code:"INVALID_PARAMS",field:"image",asked:g.value}}}}
function Ia(e){let t=Math.min(1,Ma/Math.max(e.width,e.height)),o=document.createElement("canvas");return o.width=Math.round(
e.width*t),o.height=Math.round(e.height*t),o.getContext("2d").drawImage(e,0,0,o.width,o.height),new Promise(n=>o.toBlob(
n,"image/jpeg",.92))}function Hr(e,{width:t,height:o}){let n=C(g.value.provider,g.value.model);T({image:e,...ut({width:t,
height:o},n)})}function Wr(){return!!qr()}function qr(){return[C(g.value.provider,g.value.model),...y.value.models].filter(
o=>o?.features.edits&&Q(o.provider))[0]}function Gr({url:e,details:t}){let o=qr();(o.id!==g.value.model||o.provider!==g.
value.provider)&&Oe(o);let[n,i]=t.dimensions.match(/\d+/g).map(Number);Hr(new URL(re(e),location.href).href,{width:n,height:i})}
async function Vr(e){if(!e.image?.startsWith("blob:"))return e;let t=Fr.get(e.image);if(!t)throw new X(400,{error:"the p\
icture to start from is not there any more",code:"INVALID_PARAMS",details:{field:"image"}});return{...e,image:await Na(t)}}
function Na(e){return new Promise((t,o)=>{let n=new FileReader;n.onload=()=>t(n.result),n.onerror=()=>o(n.error),n.readAsDataURL(
e)})}var Pa=3,Da=[.5,1],Ra=2,B=v([]),Qt=Y(()=>B.value.filter(e=>e.state!=="failed")),Zt=v(""),Wo=0;function He(e,t){B.value=B.
value.map(o=>o.key===e?{...o,...t}:o),qo()}function qo(){W("jobs",B.value)}function F(e){return B.value.find(t=>t.key===
e)}function ne(e){B.value=B.value.filter(t=>t.key!==e),qo()}function Kr(){B.value=j("jobs",[]).map(e=>e.state==="sending"?
{...e,state:"waiting"}:e),B.value.filter(e=>e.jobId&&e.state!=="failed").forEach(e=>Qr(e.key)),Vo()}function We(e,{group:t,
place:o,onRefused:n}={}){Go(e.map((i,r)=>({path:"/api/generate",asked:i,group:t,place:o??r})),n)}function Jr(e,t){let{url:o,
details:n}=e,i={provider:"huggingface",model:"upscaler",prompt:n.prompt,url:o,scale:t};Go([{path:"/api/upscale",asked:i,
group:e.group}])}function Go(e,t){let o=Date.now(),n=e.map(i=>({...i,key:It(),state:"waiting",since:o}));n.forEach(i=>Yr.
set(i.key,t)),B.value=[...B.value,...n],qo(),Vo()}var Yr=new Map;function Vo(){for(;Wo<Pa;){let e=B.value.find(t=>t.state===
"waiting");if(!e)return;Wo+=1,He(e.key,{state:"sending",since:Date.now()}),La(e).finally(()=>{Wo-=1,Vo()})}}async function La({
key:e,path:t,asked:o}){let{provider:n}=o,i={...Jn(n),Prefer:"respond-async","Idempotency-Key":e};try{let r=t==="/api/ups\
cale"?{url:o.url,scale:o.scale}:await Vr(o),a=await Xr(()=>R("POST",t,{body:r,headers:i}));if(!F(e))return;He(e,{state:"\
queued",jobId:a.body.jobId}),Qr(e)}catch(r){F(e)&&Yr.get(e)?.(z(r,o))?ne(e):Ko(e,r)}}async function Xr(e){for(let t=1;;t+=
1)try{return await e()}catch(o){if(!(o instanceof X&&o.passing)||t===4)throw o;await Ne(t)}}function Ko(e,t){let o=z(t,F(
e)?.asked);He(e,{state:"failed",error:o}),Zt.value=Z(o)}async function Qr(e){let t=nt();for(let o=0;F(e)?.jobId;o+=1){let n;
try{n=await Xr(()=>R("GET",`/api/jobs/${F(e).jobId}`,{headers:t}))}catch(i){if(i.status===0&&F(e)){await Ne(5);continue}
F(e)&&Ko(e,i);return}if(t["If-None-Match"]=n.headers.get("ETag"),!F(e)||n.body&&await Ua(e,n.body))return;await Ne(Da[o]??
Ra)}}async function Ua(e,t){if(t.status==="failed")return Ko(e,Wt(t)),!0;if(t.status!=="succeeded"){let c=F(e).begun??(t.
status==="running"?Date.now():void 0);return He(e,{state:t.status,progress:t.progress,begun:c}),!1}let{asked:o,group:n,place:i}=F(
e),{imageDetails:r,format:a,warnings:l}=t;return await er({id:t.jobId,asked:o,group:n,place:i,details:r,format:a,warnings:l,
url:r.url,createdAt:t.createdAt}),ne(e),Zt.value=`${r.model}: ${r.dimensions}, ${Le(r.duration)}`,!0}async function Zr(e){
let{jobId:t,state:o}=F(e);if(o==="waiting"||!t)return ne(e);try{let{body:n}=await R("DELETE",`/api/jobs/${t}`,{headers:nt()});
if(!F(e))return;n.cancelled?ne(e):He(e,{tooLate:!0})}catch{F(e)&&He(e,{tooLate:!0})}}function Jo(e){let{path:t,asked:o,group:n,
place:i}=F(e);ne(e),Go([{path:t,asked:o,group:n,place:i}])}var eo=v(null);function to(e){return!e.code.startsWith("INVALID_")||!document.getElementById(e.field)?!1:(se.value={...se.
value,[e.field]:e},!0)}function Te(e,t={}){let[{provider:o,prompt:n}]=e;if(!n.trim())return to({code:"INVALID_PROMPT",field:"\
prompt",asked:e[0]});let i=()=>{We(e,{onRefused:to,...t}),window.matchMedia("(max-width: 60rem)").matches&&document.querySelector(
".gallery").scrollIntoView()};return Q(o)?i():oo(de()?"access":o,i,e)}function oo(e,t,o){eo.value={name:e,go:t,requests:o}}
function ei(){if(!eo.value)return null;let{name:e,go:t,requests:o}=eo.value,n=e==="access"?null:ie(e),i=n&&o&&$r(),r=()=>{
eo.value=null},a=c=>{c.preventDefault(),E.value[e]&&(r(),ct(["Authorization",n?.authHeader]),t())},l=n?s("A token for {p\
rovider}",{provider:n.name}):s("Easel key");return u`
    <${oe} key=${e} title=${l} className="small" onClose=${r}>
      <form class="ask" onSubmit=${a}>
        <p>${n?s("{provider} draws on your own account there. Get a token, paste it here, and your picture begins.",{provider:n.
name}):de()?s("This Easel draws for those who have a key. Its owner gives you one."):s("A key of this Easel pays with to\
kens of its own. Its owner gives you one.")}</p>
        <${L} id="asked-token" label=${n?s("Token"):s("Easel key")} hint=${s("It stays in this tab, and goes to this Eas\
el only.")}
          beside=${n&&u`<a href=${n.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get a token")} ↗</a>`}>
          <input id="asked-token" type="password" autocomplete="off" spellcheck="false" autofocus aria-describedby="asked-token-hint"
            value=${E.value[e]??""} onInput=${c=>Dt(e,c.target.value)} />
        <//>
        <button class="primary large" disabled=${!E.value[e]}>${o?s("Save and draw"):s("Save and try again")}</button>
      </form>
      ${i&&u`
        <p class="or"><span>${s("or")}</span></p>
        <button type="button" class="large free" onClick=${()=>{r(),ja(i,o)}}>
          <${_} name="spark" /> ${s("Draw with {provider}, without a token",{provider:i.name})}</button>`}
      ${n&&u`
        <button type="button" class="quiet" onClick=${()=>oo("access",t,o)}><${_} name="key" /> ${s("I have an Easel key")}</button>`}
    <//>
  `}function ja({id:e},t){let o=C(t[0].provider,t[0].model)?.family,n=ce(e).find(r=>r.family===o)??ce(e)[0],i=t.map(r=>Ce(
n,{...g.value,...r},r.seed??""));ze(i[0]),Te(i)}var za=500,qe=v(null),no=0;async function Fa(){no+=1;let e=no,t=await tt("/api/key",U()).then(o=>({facts:o}),o=>({error:z(
o)}));e===no&&(qe.value=t)}function ti(){let e;H(()=>{let{access:t}=E.value,o=t!==e;if(e=t,Qt.value.length,no+=1,o&&(qe.
value=null),!t)return;let n=setTimeout(Fa,za);return()=>clearTimeout(n)})}var Ba=()=>[["picturesToday",s("Pictures today")],["picturesThisMonth",s("Pictures this month")],["callsThisMinute",s("C\
alls this minute")],["callsAtOnce",s("Pictures under way")]];function oi(){if(!qe.value)return null;let{facts:e,error:t}=qe.
value;return t?u`<${Be} error=${t} />`:u`
    <section class="use" aria-label=${s("What the key allows")}>
      <p><b>${e.name}</b>${e.expiresAt?` · ${s("until {time}",{time:ge(e.expiresAt)})}`:""} · ${e.batches?s("batches t\
oo"):s("no batches")}</p>
      ${e.models.join()!=="*"&&u`<p class="hint">${s("Models: {models}",{models:e.models.join(", ")})}</p>`}
      <dl>
        ${Ba().map(([o,n])=>u`<${Ha} key=${o} label=${n} ...${e.use[o]} />`)}
      </dl>
    </section>
  `}function Ha({label:e,used:t,limit:o,resetsAt:n}){let i=o?s("{n} of {all}",{n:t,all:o}):String(t);return u`
    <dt>${e}</dt>
    <dd>
      ${i}${o>0&&t>=o&&n?`, ${s("again from {time}",{time:ge(n)})}`:""}
      ${o>0&&u`<progress aria-label=${e} max=${o} value=${Math.min(t,o)}></progress>`}
    </dd>
  `}function ni(){let e=qe.value?.facts?.use;if(!e)return null;let t=[e.picturesToday,e.picturesThisMonth].filter(i=>i?.
limit);if(!t.length)return null;let{left:o,resetsAt:n}=t.reduce((i,r)=>r.left<i.left?r:i);return u`<p class="hint" role="status">${s(
"Pictures left of your key until {time}: {n}",{n:o,time:ge(n)})}</p>`}function ii({onClose:e}){return u`
    <${oe} title=${s("Tokens")} onClose=${e}>
      <form class="tokens" method="dialog">
        <p class="hint">${s("Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of them.")}</p>
        ${y.value.providers.map(t=>u`<${ri} key=${t.id} name=${t.id} header=${t.authHeader} label=${t.name} beside=${u`
            <a href=${t.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get one")}</a>`}
            hint=${Se(t)?s("Needed unless an Easel key pays; sent as {header}",{header:t.authHeader}):s("Optional: witho\
ut one there is less to use")} />`)}
        <${ri} name="access" header="Authorization" label=${s("Easel key")}
          hint=${de()?s("Needed here; the owner of this Easel gives you one"):s("Lets you use the tokens of this Easel, \
and run batches")} />
        <${oi} />
        <label class="check">
          <input type="checkbox" checked=${Pe.value} onChange=${t=>Vn(t.target.checked)} />
          <span>${s("Keep them on this device, also after the tab is closed")}</span>
        </label>
        <div class="buttons end">
          <button type="button" onClick=${Kn}>${s("Forget all")}</button>
          <button class="primary">${s("Done")}</button>
        </div>
      </form>
    <//>
  `}function ri({name:e,header:t,label:o,hint:n,beside:i}){let r=`token-${e}`,a=l=>{Dt(e,l.target.value),ct([t])};return u`
    <${L} id=${r} label=${o} hint=${n} beside=${i}>
      <input id=${r} type="password" autocomplete="off" spellcheck="false" aria-describedby=${`${r}-hint`}
        value=${E.value[e]??""} onInput=${a} />
    <//>
  `}var ai=[{id:"curl",name:"curl",write:Wa},{id:"python",name:"Python",write:qa},{id:"openai",name:"OpenAI SDK",write:Ga,feature:"\
openai"},{id:"javascript",name:"JavaScript",write:Va}];function Yo(e){return Rt(e)?"your-easel-key":`your-${e}-token`}function Xo({
provider:e}){if(Rt(e))return{Authorization:`Bearer ${Yo(e)}`};let t=ie(e);return t?.requiresAuth?{[t.authHeader]:Yo(e)}:
{}}function Wa(e,t){let o=r=>`'${r.replaceAll("'","'\\''")}'`,n={...Xo(e),"Content-Type":"application/json"};return[`cur\
l -L ${o(`${t}/api/generate`)}`,...Object.entries(n).map(([r,a])=>`-H ${o(`${r}: ${a}`)}`),`-d ${o(JSON.stringify(e))}`].
join(` \\
  `)}function ro(e,t){if(e===null||typeof e!="object")return JSON.stringify(e);let o=Object.entries(e).map(([n,i])=>`${t}\
    ${JSON.stringify(n)}: ${ro(i,`${t}    `)},
`);return o.length?`{
${o.join("")}${t}}`:"{}"}function qa(e,t){return`import httpx

answer = httpx.post(
    "${t}/api/generate",
    headers=${ro(Xo(e),"    ")},
    json=${ro(e,"    ")},
    timeout=60,
    follow_redirects=True,
)
answer.raise_for_status()
job = answer.json()
while job.get("status") in ("queued", "running"):  # it takes longer than one call may
    job = httpx.get(f"${t}/api/jobs/{job['jobId']}", params={"wait": 20}, timeout=60).json()
print(job["imageDetails"]["url"] if "imageDetails" in job else job["error"])
`}function Ga(e,t){let{provider:o,model:n,prompt:i,width:r,height:a,...l}=e;return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key=${JSON.stringify(Yo(o))})
answer = client.images.generate(
    model=${JSON.stringify(`${o}/${n}`)},
    prompt=${JSON.stringify(i)},
    size="${r}x${a}",
    extra_body=${ro(l,"    ")},
)
print(answer.data[0].url)
`}function Va(e,t){let o=i=>JSON.stringify(i,null,2).replaceAll(`
`,`
  `),n={...Xo(e),"Content-Type":"application/json"};return`const answer = await fetch("${t}/api/generate", {
  method: "POST",
  headers: ${o(n)},
  body: JSON.stringify(${o(e)}),
});
let job = await answer.json();
while (["queued", "running"].includes(job.status)) { // it takes longer than one call may
  job = await (await fetch(\`${t}/api/jobs/\${job.jobId}?wait=20\`)).json();
}
console.log(job.imageDetails?.url ?? job.error);
`}function Ka(e){return e.image?.startsWith("blob:")?{...e,image:"https://example.com/cat.png"}:e}function io({id:e,request:t}){
let o=ai.filter(({feature:a})=>!a||Nt(a)),[n,i]=J(o[0].id),r=o.find(a=>a.id===n).write(Ka(t),location.origin);return u`
    <div class="code">
      <div class="code-head">
        <${jr} id=${e} label=${s("Programming language")} tabs=${o} value=${n} onChoose=${i} />
        <${mt} text=${r} label=${s("Copy")} compact />
      </div>
      <pre id=${`${e}-panel`} role="tabpanel" aria-labelledby=${`${e}-${n}`} tabindex="0"><code>${r}</code></pre>
    </div>
  `}var fe=v(null),Ge=v(null),si=e=>!fe.value||e.group===fe.value,li=Y(()=>B.value.filter(si).reverse()),ao=Y(()=>$e.value.filter(
si));function Ja({prompt:e,seed:t,width:o,height:n}){let i=(r,a)=>/^\d+$/.test(String(r).trim())&&Number(r)<=a;return e.length>
4e3?{code:"INVALID_PROMPT",field:"prompt"}:t!==""&&!i(t,Ft)?{code:"INVALID_PARAMS",field:"seed"}:i(o,1/0)?i(n,1/0)?null:
{code:"INVALID_DIMENSIONS",field:"height"}:{code:"INVALID_DIMENSIONS",field:"width"}}function ui({values:e,onRefused:t,onClose:o}){
let n=d=>`${d.provider} ${d.id}`,i=y.value.models.filter(d=>Q(d.provider)&&dt(d,e)),[r,a]=J(()=>new Set(i.map(n))),l=d=>a(
m=>{let h=new Set(m);return h.delete(n(d))||h.add(n(d)),h}),c=()=>{o();let d=Ja(e);if(d)return t({...d,asked:e});let m=e.
seed===""?pt():e.seed,h=i.filter($=>r.has(n($))),p=It();We(h.map($=>Ce($,e,m)),{group:p}),fe.value=p,document.querySelector(
".gallery").scrollIntoView()},f=e.prompt.trim();return u`
    <${oe} title=${s("Same prompt on several models")} onClose=${o}>
      <p class="quote">${f||s("Write a prompt first.")}</p>
      <p class="hint">${s("All get the same seed, and the same size where they make it; steps and guidance are each mode\
l's own. Each picture counts at its provider.")}</p>
      <div class="buttons">
        <button type="button" onClick=${()=>a(new Set(i.map(n)))}>${s("All")}</button>
        <button type="button" onClick=${()=>a(new Set)}>${s("None")}</button>
      </div>
      <div class="models">
        ${y.value.providers.map(d=>u`
          <fieldset key=${d.id}>
            <legend>${d.name}</legend>
            ${Q(d.id)?"":u`<p class="hint">${s("{provider} needs a token of yours.",{provider:d.name})}</p>`}
            ${ce(d.id).filter(m=>dt(m,e)).map(m=>u`
              <label key=${m.id} class="check">
                <input type="checkbox" disabled=${!Q(d.id)} checked=${r.has(n(m))} onChange=${()=>l(m)} />
                <span>${m.name}<small>${Ya(m,e)}</small></span>
              </label>`)}
          </fieldset>`)}
      </div>
      <div class="buttons end">
        <button type="button" onClick=${o}>${s("Cancel")}</button>
        <button type="button" class="primary" disabled=${!r.size||!f} onClick=${c}>${s("Generate {n} pictures",{n:r.size})}</button>
      </div>
    <//>
  `}function Ya(e,t){let{width:o,height:n}=Ce(e,t,0);return[lt(t,{width:o,height:n})?"":`${o} × ${n}`,e.features.seed?"":
s("picks its own seed")].filter(Boolean).join(" · ")}function ci({model:e}){let{width:t,height:o}=g.value,n=cr(e).map(m=>({...m,id:m.name,shape:m})),i=n.find(m=>lt(g.value,m)),
r=m=>{let h=n.find(p=>p.id===m);T({width:h.width,height:h.height})},a=ee.value,l=a.width??a.height,c=e.sizes.step?s("{mi\
n} to {max} pixels, in steps of {step}",e.sizes):s("{min} to {max} pixels",e.sizes),f=e.sizes.only?s("this model makes t\
hese sizes only"):c,d=(m,h)=>u`
    <input id=${m} aria-label=${h} type="number" inputmode="numeric" min=${e.sizes.min} max=${e.sizes.max} step=${e.sizes.
step??1}
      value=${g.value[m]} readOnly=${!!e.sizes.only} ...${te("width",a[m],f)}
      onInput=${p=>T({[m]:p.target.value})} />`;return u`
    <${L} id="width" label=${s("Size")} error=${l} beside=${u`
      <span class="hint" id="width-hint">${f}</span>
      <span class="sides">
        ${d("width",s("Width"))}
        <button type="button" class="quiet round" aria-label=${s("Swap width and height")} title=${s("Swap width and hei\
ght")}
          onClick=${()=>T({width:o,height:t})}><${_} name="swap" /></button>
        ${d("height",s("Height"))}
      </span>`}>
      <${Yt} name="ratio" label=${s("Aspect ratio")} options=${n} value=${i?.id} onChoose=${r} className="shapes" />
    <//>
  `}var Qo=v(!1),Zo=v(!1);function pi(){let e=g.value,t=C(e.provider,e.model),o=ee.value;V(()=>{document.querySelector(".req\
uest [aria-invalid]")?.focus()},[Object.keys(o).join()]);let n=r=>{r?.preventDefault(),Te(Ht(e))};return u`
    <form class="request" onSubmit=${n} onKeyDown=${r=>{r.key==="Enter"&&(r.ctrlKey||r.metaKey)&&n(r)}} noValidate aria-label=${s(
"Picture")}>
      <${Xa} model=${t} />
      <${Za} model=${t} />
      <${ci} model=${t} />
      <div class="knobs">
        <${di} name="steps" whole=${!t.features.guidanceScale} label=${s("Steps")} limits=${t.features.steps} step="1" />
        ${t.features.guidanceScale&&u`<${di} name="guidanceScale" label=${s("Guidance")} limits=${t.features.guidanceScale} step="0.1" />`}
        <${es} />
        <${ts} />
        ${st().map(r=>u`<${os} key=${r.name} field=${r} />`)}
      </div>
      <div class="go">
        <${ni} />
        <div class="buttons">
          <button type="submit" class="primary" title="Ctrl + ↵">${s("Generate")}</button>
          <button type="button" onClick=${()=>{Qo.value=!0}}><${_} name="grid" /> ${s("Compare models")}</button>
          <button type="button" onClick=${()=>{Zo.value=!0}}><${_} name="code" /> ${s("Code")}</button>
        </div>
      </div>
      ${Zo.value&&u`
        <${oe} title=${s("Code of this call")} onClose=${()=>{Zo.value=!1}}><${io} id="form-code" request=${Bt(e)} /><//>`}
      ${Qo.value&&u`<${ui} values=${e} onRefused=${to} onClose=${()=>{Qo.value=!1}} />`}
    </form>
  `}function Xa({model:e}){let{prompt:t,negativePrompt:o}=g.value,n=ee.value;return u`
    <${L} id="prompt" label=${s("Prompt")} error=${n.prompt} beside=${u`<span class="hint">${t.length} / 4000</span>`}>
      <textarea id="prompt" rows=${e.features.edits?2:3} value=${t} placeholder=${s("What should be in the picture?")} ...${te(
"prompt",n.prompt)}
        onInput=${i=>T({prompt:i.target.value})}></textarea>
    <//>
    <div class="pair">
      <${Br} model=${e} />
      ${e.features.negativePrompt&&u`
        <${L} id="negativePrompt" label=${s("Not in the picture")} error=${n.negativePrompt}>
          <textarea id="negativePrompt" rows="1" value=${o} placeholder=${s("low quality, blurry")} ...${te("negativePro\
mpt",n.negativePrompt)}
            onInput=${i=>T({negativePrompt:i.target.value})}></textarea>
        <//>`}
    </div>
  `}function Qa(e){return y.value.emulated.includes(e.id)?s("emulated"):de()&&!E.value.access?s("needs an Easel key"):E.
value[e.id]?s("your token"):E.value.access?s("your Easel key"):Se(e)?s("needs a token"):s("no token needed")}function Za({
model:e}){let t=ee.value,o=Pt(e).map(a=>K({provider:a.provider}).provider),i=[s("usually {time}",{time:ae(e.typicalSeconds)}),
o.length?s("also at {providers}",{providers:o.join(", ")}):"",e.features.seed?"":s("picks its own seed")].filter(Boolean).
join(" · "),r=y.value.providers.map(a=>({id:a.id,name:a.name,note:Qa(a)}));return u`
    <${Yt} name="provider" label=${s("Provider")} options=${r} value=${e.provider} onChoose=${hr} className="providers" />
    <${L} id="model" label=${s("Model")} error=${t.model??t.provider} beside=${u`<span class="hint" id="model-hint">${i}</span>`}>
      <select id="model" value=${e.id} ...${te("model",t.model,i)}
        onChange=${a=>Oe(C(e.provider,a.target.value))}>
        ${ce(e.provider).map(a=>u`<option key=${a.id} value=${a.id} selected=${a.id===e.id}>${a.name}</option>`)}
      </select>
    <//>
  `}function di({name:e,label:t,limits:o,step:n,whole:i}){let r=g.value[e],a=ee.value[e],l=c=>T({[e]:c.target.value});return u`
    <${L} id=${e} label=${t} error=${a} className=${i?"whole":""} beside=${u`<span class="hint">${o.min} – ${o.max}</span>`}>
      <div class="knob">
        <input type="range" aria-label=${s("{label}, slider",{label:t})} min=${o.min} max=${o.max} step=${n} value=${r} onInput=${l} />
        <input id=${e} type="number" inputmode="decimal" min=${o.min} max=${o.max} step=${n} value=${r} onInput=${l} ...${te(
e,a)} />
      </div>
    <//>
  `}function es(){let{seed:e}=g.value,t=ee.value.seed,o=e!=="";return u`
    <${L} id="seed" label=${s("Seed")} error=${t}>
      <div class="seed">
        <input id="seed" type="text" inputmode="numeric" value=${e} placeholder=${s("random")} ...${te("seed",t)}
          onInput=${n=>T({seed:n.target.value})} />
        <button type="button" class="quiet round" aria-label=${s("Roll a seed")} title=${s("Roll a seed")} onClick=${()=>T(
{seed:pt()})}><${_} name="die" /></button>
        <button type="button" class="quiet round" aria-pressed=${String(o)} aria-label=${s("Keep the seed")} title=${s("\
Keep the seed")}
          onClick=${()=>T({seed:o?"":pt()})}><${_} name=${o?"locked":"open"} /></button>
      </div>
    <//>
  `}function ts(){return u`
    <${L} id="count" label=${s("Pictures")}>
      <select id="count" value=${g.value.count} onChange=${e=>T({count:Number(e.target.value)})}>
        ${Array.from({length:pr},(e,t)=>u`<option key=${t} value=${t+1} selected=${g.value.count===t+1}>${t+1}</option>`)}
      </select>
    <//>
  `}function os({field:e}){let{name:t,description:o}=e,n=g.value[t]??"",i=ee.value[t],r={id:t,...te(t,i,o)},a=f=>T({[t]:f.
target.value}),l=String(e.default??""),c=n===""?e.default===!0:n;return u`
    <${L} id=${t} label=${ur(e)} error=${i} hint=${o}>
      ${e.enum?u`
        <select ...${r} value=${n} onChange=${a}>
          <option value="">${l}</option>
          ${e.enum.filter(f=>f!==l).map(f=>u`<option key=${f} value=${f} selected=${f===n}>${f}</option>`)}
        </select>`:e.type==="boolean"?u`
        <input ...${r} type="checkbox" checked=${c} onChange=${f=>T({[t]:f.target.checked})} />`:u`
        <input ...${r} type=${zt(e)?"number":"text"} step=${e.type==="integer"?1:"any"} min=${e.minimum} max=${e.maximum}
          placeholder=${l} value=${n} onInput=${a} />`}
    <//>
  `}var ns=()=>[s("a paper boat on a quiet lake at dawn"),s("a lighthouse in a storm, oil painting"),s("a rainy city street \
at night, neon signs"),s("a fox asleep in a snowy forest"),s("an astronaut resting on the moon"),s("mountains above the \
clouds, ink wash")];function fi(){let e=t=>{T({prompt:t}),Te(Ht(g.value))};return u`
    <div class="empty">
      <h2>${s("Say what you want to see.")}</h2>
      <p>${s("Write a prompt and generate, or begin with one of these: a click draws it.")}</p>
      <ul class="samples">
        ${ns().map((t,o)=>u`
          <li key=${o}><button type="button" class="sample" onClick=${()=>e(t)}><span class=${`sample-picture at-${o}`}></span><span>${t}</span></button></li>`)}
      </ul>
      <p class="hint">${s("The samples are drawn by Easel's own emulator. Your pictures stay in this browser.")}</p>
    </div>
  `}function rs(e){return["width","height","size"].includes(e)?s("Pick another size"):{prompt:s("Edit the prompt"),model:s("\
Choose another model")}[e]??s("Change it")}function is(e,t){ze(e.asked),ne(e.key),requestAnimationFrame(()=>{let o=document.
getElementById(t)??document.getElementById("prompt");o.focus(),o.scrollIntoView({block:"center"})})}function as(e,t){let{
asked:o,group:n,place:i}=e;Te([Ce(t,{...g.value,...o},o.seed??"")],{group:n,place:i}),ne(e.key)}function mi({job:e}){let{
error:t,key:o,asked:n}=e,i=_r(t),r=qt(t),[a,l]=t.field==="Authorization"?["access",s("Enter the key")]:[n.provider,s("En\
ter a token")];return u`
    <p class="error">${Z(t)}</p>
    ${r&&u`<p class="hint">${r}</p>`}
    <div class="buttons">
      ${i.token&&u`<button type="button" onClick=${()=>oo(a,()=>Jo(o))}><${_} name="key" /> ${l}</button>`}
      ${i.edit&&!n.url&&u`<button type="button" onClick=${()=>is(e,i.edit)}>${rs(i.edit)}</button>`}
      ${i.again&&u`<button type="button" onClick=${()=>Jo(o)}><${_} name="again" /> ${s("Try again")}</button>`}
      ${i.elsewhere.map(c=>u`
        <button key=${c.provider} type="button" onClick=${()=>as(e,c)}>${s("Use {provider}",K({provider:c.provider}))}</button>`)}
      <button type="button" class="quiet round dismiss" aria-label=${s("Dismiss")} title=${s("Dismiss")} onClick=${()=>ne(
o)}><${_} name="close" /></button>
    </div>
    <details class="why"><summary><code>${t.code}</code></summary><p class="hint" lang="en">${t.message}</p></details>
  `}var vi=v(Date.now()),hi;H(()=>{clearInterval(hi),Qt.value.length&&(hi=setInterval(()=>{vi.value=Date.now()},500))});function _i({
job:e}){let t=K(e.asked),o=e.asked.scale?s("Upscaling"):t.model;return u`
    <article class=${`job ${e.state}`} aria-label=${`${o}: ${e.asked.prompt??""}`}>
      <p class="prompt">${e.asked.prompt}</p>
      <div class="job-foot">
        <p><b>${o}</b> <span>${t.provider}</span></p>
        ${e.state==="failed"?u`<${mi} job=${e} />`:u`<${ss} job=${e} />`}
      </div>
    </article>
  `}function ss({job:e}){let{text:t,share:o}=ls(e,vi.value);return u`
    <p class="state">${t}</p>
    <progress aria-label=${s("Progress")} ...${o===null?{}:{value:o,max:1}}></progress>
    ${e.tooLate?u`<p class="hint">${s("It has begun, so its provider finishes it.")}</p>
          <button type="button" class="quiet" onClick=${()=>ne(e.key)}>${s("Do not wait for it")}</button>`:u`<button type="button" class="quiet" onClick=${()=>Zr(
e.key)}>${s("Cancel")}</button>`}
  `}function ls(e,t){let{queuePosition:o,etaSeconds:n,percent:i}=e.progress??{},r=n===void 0?"":s("about {time} left",{time:ae(
n)});if(i!==void 0)return{text:en(`${i} %`,r),share:i/100};if(o!==void 0)return{text:en(s("in the provider's queue: {n}",
{n:o}),r),share:null};if(e.state==="waiting")return{text:s("waits for its turn"),share:null};let a=Math.max(0,t-(e.begun??
e.since))/1e3;if(e.state!=="running")return{text:s("handed over"),share:null};let l=C(e.asked.provider,e.asked.model)?.typicalSeconds??
20,c=s("{time}, usually {usual}",{time:ae(a),usual:ae(l)});return{text:en(c,r),share:Math.min(.95,a/l)}}function en(...e){
return e.filter(Boolean).join(" · ")}var tn=v(!1),$i=60,on=v($i);function gi(){let e=ao.value,t=li.value,o=fe.value,n=[...t,...e.slice(0,on.value)];o&&n.sort(
(r,a)=>r.place-a.place);let i=()=>Ut(e.map(r=>r.id));return u`
    <section class="gallery" aria-label=${s("Pictures")}>
      <${ps} />
      <div class="gallery-head">
        <h2 class=${n.length?"":"hidden"}>${o?s("Comparison"):s("Pictures")} <span class="count">${e.length||""}</span></h2>
        <div class="buttons">
          ${o&&u`<button type="button" onClick=${()=>{fe.value=null}}><${_} name="back" /> ${s("All pictures")}</button>`}
          ${e.length>0&&u`
            <button type="button" onClick=${()=>ir(e)}><${_} name="download" /> ${s("Download all")}</button>
            <button type="button" class="quiet" onClick=${()=>{tn.value=!0}}><${_} name="trash" /> ${s("Remove all")}</button>`}
        </div>
      </div>
      ${it.value&&u`<p class="notice">${s(it.value)}</p>`}
      ${!e.length&&!t.length&&u`<${fi} />`}
      <ul class=${`grid rows ${o?"comparing":""}`}>
        ${n.map(r=>u`<${cs} key=${r.key??r.id} entry=${r} />`)}
      </ul>
      ${e.length>on.value&&u`
        <button type="button" class="more" onClick=${()=>{on.value+=$i}}>${s("Show more")}</button>`}
      ${tn.value&&u`
        <${Ur} title=${s("Remove all pictures?")} yes=${s("Remove")} onYes=${i} onClose=${()=>{tn.value=!1}}
          text=${s("{n} pictures are removed from this browser. Their links live on until the deployment removes them.",
{n:e.length})} />`}
    </section>
  `}function us(e,t){return Math.min(2.4,Math.max(.5,e/t||1))}function cs({entry:e}){let{details:t,asked:o}=e,[n,i]=t?t.
dimensions.split(" x ").map(parseFloat):[o.width,o.height];return u`
    <li class=${e.state?"under-way":""} style=${{"--ratio":us(n,i)}}>
      ${e.state?u`<${_i} job=${e} />`:u`<${ds} picture=${e} width=${n} height=${i} />`}
    </li>
  `}function ds({picture:e,width:t,height:o}){let{details:n,asked:i}=e;return u`
    <button type="button" class="tile" onClick=${()=>{Ge.value=e.id}}>
      <img src=${De(e)} alt=${i.prompt??""} width=${t} height=${o} loading="lazy" decoding="async" />
      <span class="which">${n.model}<small>${n.provider}</small></span>
      <span class="caption"><span class="prompt">${i.prompt}</span><span><b>${n.model}</b> <span>${n.provider} · ${Le(n.
duration)}</span></span></span>
    </button>
  `}function ps(){let{emulated:e,localKey:t,providers:o}=y.value;if(!e.length)return null;let n=e.length===o.length,i=e.
map(a=>K({provider:a}).provider).join(", "),r=n?s("Pictures are emulated here: no provider is asked, nothing is spent, a\
nd any token works."):s("Emulated here, so that any token works: {names}.",{names:i});return u`<p class="emulated"><${_} name="spark" /> <span>${Re(
r,t&&E.value.access===t&&s("Tokens are filled in."))}</span></p>`}function yi(){let e=ao.value,t=e.findIndex(n=>n.id===Ge.value);if(t<0)return null;let o=n=>{e[n]&&(Ge.value=e[n].id)};return u`<${fs} key="viewer" picture=${e[t]} onStep=${n=>o(
t+n)} first=${t===0} last=${t===e.length-1} />`}function fs({picture:e,onStep:t,first:o,last:n}){let[i,r]=J(!1);V(()=>r(
!1),[e.id]),V(()=>{let f=d=>{d.target.closest("input, textarea, select, [role=tablist], pre")||(d.key==="ArrowRight"&&t(
1),d.key==="ArrowLeft"&&t(-1))};return document.addEventListener("keydown",f),()=>document.removeEventListener("keydown",
f)});let a=()=>{Ge.value=null},{asked:l,details:c}=e;return u`
    <${oe} title=${`${c.model}, ${c.provider}`} className="viewer" onClose=${a}>
      <div class="viewer-inside">
        <div class=${i?"stage zoomed":"stage"} tabindex=${i?0:-1}>
          <button type="button" class="zoom" aria-pressed=${String(i)} aria-label=${s("Zoom to full size")} onClick=${()=>r(
!i)}>
            <img src=${De(e)} alt=${l.prompt??""} />
          </button>
        </div>
        <div class="facts">
          <nav class="buttons" aria-label=${s("Other pictures")}>
            <button type="button" class="quiet round" disabled=${o} aria-label=${s("Newer picture")} onClick=${()=>t(-1)}><${_} name="back" /></button>
            <button type="button" class="quiet round" disabled=${n} aria-label=${s("Older picture")} onClick=${()=>t(1)}><${_} name="arrow" /></button>
          </nav>
          <${ms} picture=${e} close=${a} />
          <${hs} picture=${e} />
          ${l.scale?null:u`<h3>${s("Code")}</h3><${io} id="viewer-code" request=${l} />`}
        </div>
      </div>
    <//>
  `}function ms({picture:e,close:t}){let{asked:o,details:n}=e,i={...o,seed:n.seed},{seed:r,...a}=o,l=c=>()=>{t(),c()};return u`
    <div class="buttons actions">
      <button type="button" onClick=${()=>rr(e)}><${_} name="download" /> ${s("Download")}</button>
      ${o.scale?null:u`
        <button type="button" onClick=${l(()=>ze(i))}><${_} name="again" /> ${s("Again with this")}</button>
        <button type="button" onClick=${l(()=>We([a]))}><${_} name="vary" /> ${s("Vary the seed")}</button>`}
      ${[2,4].map(c=>u`
        <button key=${c} type="button" onClick=${l(()=>Jr(e,c))}><${_} name="enlarge" /> ${s("Upscale {scale}×",{scale:c})}</button>`)}
      ${Wr()&&u`<button type="button" onClick=${l(()=>Gr(e))}><${_} name="brush" /> ${s("Use this picture")}</button>`}
      ${e.group&&u`
        <button type="button" onClick=${l(()=>{fe.value=e.group})}><${_} name="grid" /> ${s("Show the comparison")}</button>`}
      <${mt} text=${new URL(re(e.url),location.href).href} label=${s("Copy link")} />
      <${mt} text=${JSON.stringify(Uo(e),null,2)} label=${s("Copy parameters")} />
      <button type="button" class="quiet" onClick=${l(()=>Ut([e.id]))}><${_} name="trash" /> ${s("Remove")}</button>
    </div>
  `}function hs({picture:e}){let{asked:t,details:o,format:n,warnings:i}=e,r=t.width?`${t.width} x ${t.height}`:"",a=[[s(
"Size"),r,o.dimensions],[s("Seed"),t.seed??s("random"),o.seed],[s("Steps"),t.steps??"",o.steps],[s("Guidance"),t.guidanceScale??
"",""],[s("Time"),"",Le(o.duration)],[s("Format"),"",n]],l=t.scale?[[s("Scale"),`${t.scale}×`,o.dimensions],...a.slice(
4)]:a;return u`
    <p class="quote">${t.prompt}</p>
    ${t.negativePrompt&&u`<p class="hint">${s("Not in the picture")}: ${t.negativePrompt}</p>`}
    <table class="compare">
      <thead><tr><td></td><th scope="col">${s("Asked")}</th><th scope="col">${s("Obtained")}</th></tr></thead>
      <tbody>
        ${l.filter(([,c,f])=>c!==""||f!=="").map(([c,f,d])=>u`<tr key=${c}><th scope="row">${c}</th><td>${f}</td><td>${d}</td></tr>`)}
      </tbody>
    </table>
    ${i.length>0&&u`<ul class="warnings">${i.map(c=>u`<li key=${c}>${c}</li>`)}</ul>`}
  `}var so=v(location.hash==="#batches"?"batches":"pictures"),nn=v(!1),bi=v(!1);window.addEventListener("hashchange",()=>{so.
value=location.hash==="#batches"?"batches":"pictures"});function vs(){if(V(()=>{document.title=so.value==="batches"?`${s(
"Batches")} · Easel`:"Easel"}),ot.value)return u`<${$s} />`;if(!bi.value)return u`<p class="loading" role="status">${s(
"Loading…")}</p>`;let e=()=>{nn.value=!0};return u`
    <${_s} onTokens=${e} />
    <main>
      ${so.value==="batches"?u`<${Lr} onTokens=${e} />`:u`<div class="pictures"><${pi} /><${gi} /></div>`}
    </main>
    <p class="hidden" role="status">${Zt.value}</p>
    <${yi} />
    <${ei} />
    ${nn.value&&u`<${ii} onClose=${()=>{nn.value=!1}} />`}
  `}function _s({onTokens:e}){let t=(n,i,r)=>u`<a href=${i} aria-current=${so.value===n?"page":void 0}>${r}</a>`,o=pe.value===
"zh"?{id:"en",name:"English",lang:"en"}:{id:"zh",name:"中文",lang:"zh-Hans"};return u`
    <header class="head">
      <h1><a href="#"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3v4M10.5 21 7 29M21.5 21l3.5 8M16 21v6" /><rect x="5" y="7" width="22" height="14" rx="2" /><path d="m8.5 18 5-5.5 4 4 2.5-2.5 3.5 4" /></svg>Easel</a></h1>
      <nav aria-label=${s("Views")}>
        ${t("pictures","#",s("Pictures"))}
        ${Nt("batches")&&t("batches","#batches",s("Batches"))}
        <a href="/docs">API</a>
      </nav>
      <div class="buttons">
        <button type="button" class="quiet" onClick=${e}><${_} name="key" /> <span class="wide">${s("Tokens")}</span><span class="hidden narrow">${s(
"Tokens")}</span></button>
        <button type="button" class="quiet" lang=${o.lang} onClick=${()=>lr(o.id)}>${o.name}</button>
        <button type="button" class="quiet round" aria-pressed=${String(_e.value)} aria-label=${s("Dark")} onClick=${Fn}><${_} name=${_e.
value?"sun":"moon"} /></button>
      </div>
    </header>
  `}function $s(){return u`
    <main class="empty" role="alert">
      <p>${Z(z(ot.value))}</p>
      <button type="button" class="primary" onClick=${wi}>${s("Try again")}</button>
    </main>
  `}async function wi(){await Promise.all([Wn(),Zn()]),y.value&&(Gn(),mr(),bi.value=!0,Kr(),br(),ti())}$n(u`<${vs} />`,document.
getElementById("app"));wi();
