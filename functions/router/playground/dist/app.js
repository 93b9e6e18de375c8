var w,mn,ho,$e,fo,yt,hn,_t,vn,vo,mo,Ii,Qe=Symbol.for("pv"),bt={},wt=[],Mi=/^m(i|n|o|s|text|space)$/,$o=Array.isArray,_o=wt.
slice,xe=Object.assign;function Ee(e){e&&e.parentNode&&e.remove()}function kt(e,t,o){var n,i,r,a={},l=arguments.length;for(r in t)
r=="key"?n=t[r]:r=="ref"&&typeof e!="function"?i=t[r]:a[r]=t[r];return l>2&&(a.children=l>3?_o.call(arguments,2):o),Je(e,
a,n,i,null)}function Je(e,t,o,n,i){var r={type:e,props:t,key:o,ref:n,__k:null,__:null,__b:0,__e:null,__c:null,constructor:Qe,__v:i||
++mn,__i:-1,__u:0};return!i&&w.vnode&&w.vnode(r),r}function Se(e){return e.children}function Pe(e,t){this.props=e,this.context=t,this.__g=0}function _e(e,t){if(t==null)return e.
__&&_e(e.__,e.__i+1);for(var o;t<e.__k.length;t++)if((o=e.__k[t])&&o.__e)return o.__e;return typeof e.type!="function"||
e.props.__P?null:_e(e)}function Pi(e){var t,o=e.__v,n=o.__e,i=[],r=[],a=e.__P;a&&((t=xe({constructor:Qe},o)).__v=o.__v+1,
w.vnode&&w.vnode(t),go(a,t,o,e.__n,a.namespaceURI,32&o.__u?[n]:null,i,n||_e(o),32&o.__u,r),t.__v=o.__v,t.__.__k[t.__i]=t,
wn(i,t,r),o.__=o.__e=null,t.__e!=n&&$n(t))}function $n(e){if((e=e.__)&&e.__c&&!e.props.__P)return e.__e=null,e.__k.some(
function(t){return t&&(e.__e=t.__e)}),$n(e)}function pn(e){(8&e.__g||(e.__g|=8,$e.push(e),yt++))&&fo==w.debounceRendering||
((fo=w.debounceRendering)||queueMicrotask)(_n)}function _n(){try{for(var e,t=1;$e.length;)$e.length>t&&$e.sort(hn),e=$e.
shift(),t=$e.length,8&e.__g&&Pi(e)}finally{(yt=$e.length)&&(fo||queueMicrotask)(_n)}}function gn(e,t,o,n,i,r,a,l,c,f,d){
var m,h,p,_,P,k,S=n.__k||wt,b=t.length;for(c=Ni(o,t,S,c,b),m=0;m<b;m++)(p=o.__k[m])!=null&&(h=~p.__i&&S[p.__i]||bt,p.__i=
m,k=go(e,p,h,i,r,a,l,c,f,d),_=p.__e,(h.ref!=p.ref||8&h.__u)&&(h.ref&&yo(h.ref,null,p,h),p.ref&&d.push(p.ref,p.__c||_,p)),
P=P||_,4&p.__u?(c=yn(p,c,e,!h.__v),h.__e&&(h.__e=null)):typeof p.type=="function"&&k!==void 0?c=k:_&&(c=_.nextSibling),p.
__u&=-21);return o.__e=P,c}function Ni(e,t,o,n,i){var r,a,l,c,f,d,m,h,p,_=o.length,P=_,k=0,S=0,b=e.__k=Array(i);for(r=0;r<
i;r++)(a=t[r])!=null&&typeof a!="boolean"&&typeof a!="function"?(typeof a!="object"||a.constructor===String?a=b[r]=Je(null,
a):$o(a)?a=b[r]=Je(Se,{children:a}):a.constructor===Qe&&a.__b?a=b[r]=Je(a.type,a.props,a.key,a.ref,a.__v):b[r]=a,c=r+k,a.
__=e,a.__b=e.__b+1,l=null,~(f=a.__i=Di(a,o,c,P))&&(P--,(l=o[f])&&(l.__u|=2)),l&&l.__v?(a.__u|=16,f==c-1?k--:f==c+1?k++:f!=
c&&(f>c?k--:k++,S=1)):(~f||(i>_?k--:i<_&&k++),typeof a.type!="function"&&(a.__u|=4))):b[r]=null;if(S){for(d=[],m=[],r=0;r<
i;r++)if((a=b[r])&&16&a.__u){for(k=0,h=d.length;k<h;)d[p=k+h>>1]<a.__i?k=p+1:h=p;d[k]=a.__i,m[r]=k+1}for(k=d.length;r--;)
m[r]&&(m[r]==k?k--:b[r].__u|=4)}if(P)for(r=0;r<_;r++)!(l=o[r])||2&l.__u||(l.__e==n&&(n=_e(l)),bo(l,l));return n}function yn(e,t,o,n){
var i,r,a,l;if(typeof e.type=="function"){if(e.props.__P)return t;if(i=e.__k)for(r=0;r<i.length;r++)i[r]&&(i[r].__=e,t=yn(
i[r],t,o,!1));return t}for(t&&!t.parentNode&&(t=_e(e))&&!t.parentNode&&(t=null),a=e.__e,l=t;l&&l.nodeType==8;)l=l.nextSibling;
for(a!=l&&(!n&&o.moveBefore&&a.parentNode?o.moveBefore(a,t):o.insertBefore(a,t||null)),t=a;(t=t&&t.nextSibling)&&t.nodeType==
8&&!t.data.startsWith("$s"););return t}function Di(e,t,o,n){var i,r=e.key,a=e.type,l=t[o],c=l&&!(2&l.__u);if(l===null&&r==null||c&&r==l.key&&a==l.type)return o;
if(n>(c?1:0)){for(i=o-1;i>=0;i--)if((l=t[i])&&!(2&l.__u)&&r==l.key&&a==l.type)return i;for(i=o+1;i<t.length;i++)if((l=t[i])&&
!(2&l.__u)&&r==l.key&&a==l.type)return i}return-1}function fn(e,t,o){o==null&&(o=""),t[0]=="-"?e.setProperty(t,o):e[t]=o}
function $t(e,t,o,n,i){var r,a;if(t=="style")if(typeof o=="string")e.style.cssText=o;else{if(typeof n=="string"&&(e.style.
cssText=n=""),n)for(t in n)o&&t in o||fn(e.style,t);if(o)for(t in o)n&&o[t]==n[t]||fn(e.style,t,o[t])}else if(t[0]=="o"&&
t[1]=="n")typeof o!="function"&&(o=null),typeof n!="function"&&(n=null),(e.__e||(e.__e={}))[t]=o,o&&n||(a=mo[t]||(mo[t]=
Ri(t)),(e.__a||(e.__a={}))[t]=vo,r=t!=(t=t.replace(vn,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),o?e.addEventListener(
t,a,r):e.removeEventListener(t,a,r));else{if(i=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,
"s");else if(t!="width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="c\
olSpan"&&t!="role"&&t!="popover"&&t in e)try{return void(e[t]=o??"")}catch{}if(typeof o=="function")return;o==null||o===
!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="popover"&&o==1?"":o)}}function Ri(e){return function(t){var o=this.
__e;if(o){if(o=o[e],t[_t]==null)t[_t]=vo++;else if(t[_t]<this.__a[e])return;return o(w.event?w.event(t):t)}}}function go(e,t,o,n,i,r,a,l,c,f){
var d,m,h,p,_,P,k,S,b,N,O,po,cn,vt,we,dn,ve,ke,ce=t.type;if(t.constructor!==Qe)return null;128&o.__u&&(c=32&o.__u,d=o.__c.
__z)&&(t.__u|=c,m=r=[],d.nodeType==8?l=gt(d,r):r.push(d),l=r[0]||l),(d=w.__b)&&d(t);e:if(typeof ce=="function"){h=a.length;
try{if(S=t.props,b=(d=ce.prototype)&&d.render,N=(d=ce.contextType)&&n[d.__c],O=d?N?N.props.value:d.__:n,(p=o.__c)?(t.__c=
p,2&p.__g&&(p.__g|=1)):(b?t.__c=p=new ce(S,O):(t.__c=p=new Pe(S,O),p.constructor=ce,p.render=Ui),N&&N.sub(p),p.state||(p.
state={}),p.__n=n,p.__g|=8,p.__h=[],p.__k=[]),b&&(p.__s||(p.__s=p.state),ce.getDerivedStateFromProps&&(p.__s==p.state&&(p.
__s=xe({},p.__s)),xe(p.__s,ce.getDerivedStateFromProps(S,p.__s)))),_=p.props,P=p.state,p.__v=t,o.__c){if(S!==_&&b&&!ce.getDerivedStateFromProps&&
p.componentWillReceiveProps&&p.componentWillReceiveProps(S,O),t.__v==o.__v&&!(8&p.__g)||!(4&p.__g)&&p.shouldComponentUpdate&&
p.shouldComponentUpdate(S,p.__s,O)===!1){t.__v!=o.__v&&(p.props=S,p.state=p.__s,p.__g&=-9),t.__e=o.__e,t.__k=o.__k,t.__k.
some(function(K){K&&(K.__=t)}),wt.push.apply(p.__h,p.__k),p.__k=[],p.__h.length&&a.push(p),l=_e(o);break e}p.componentWillUpdate&&
p.componentWillUpdate(S,p.__s,O),b&&p.componentDidUpdate&&p.__h.push(function(){p.componentDidUpdate(_,P,k)})}else b&&!ce.
getDerivedStateFromProps&&p.componentWillMount&&p.componentWillMount(),b&&p.componentDidMount&&p.__h.push(p.componentDidMount);
p.context=O,p.props=S,p.__P=e,p.__g&=-5,po=w.__r,cn=b?25:0;do p.__g&=-9,po&&po(t),d=p.render(p.props,p.state=p.__s,p.context);while(8&
p.__g&&++cn<25);b&&(wt.push.apply(p.__h,p.__k),p.__k=[]),p.state=p.__s,p.getChildContext&&(n=xe({},n,p.getChildContext())),
b&&o.__c&&p.getSnapshotBeforeUpdate&&(k=p.getSnapshotBeforeUpdate(_,P)),vt=d&&d.type===Se&&d.key==null?d.props.children:
d,S.__P&&(d=l,i=(e=S.__P).namespaceURI,c=r=null,o.props&&o.props.__P!=e&&(o.__k.some(function(K){K&&bo(K,K)}),o.__k=null),
l=o.__k?_e(o,0):null),l=gn(e,$o(vt)?vt:[vt],t,o,n,i,r,a,l,c,f),S.__P&&(t.__e=null,l=d),t.__u&=-161,m&&m.some(Ee),p.__h.length&&
a.push(p),1&p.__g&&(p.__g&=-4)}catch(K){if(a.length=h,t.__v=null,c||r)if(K&&K.then){if(t.__u|=128|c,r){for(~(ve=r.indexOf(
l||void 0))||(ve=r.length);(ke=r[ve-1])&&ke.nodeType==8;)ve--;for(;ve<r.length;ve++)if(ke=r[ve])if(r[ve]=null,we){if(ke==
dn)break}else{if(ke.nodeType!=8)break;ke.data.startsWith("$s")&&(dn=gt(we=ke))}}if(!we){for(;l&&l.nodeType==8&&l.nextSibling;)
l=l.nextSibling;we=l}(d=gt(we=t.__c.__z||(t.__c.__z=we)))?(t.__e=we,l=d):t.__e=l,l=l&&l.nextSibling}else r&&r.some(Ee);else
t.__e=o.__e;t.__k||(t.__k=o.__k||[]),K&&K.then||bn(t),w.__e(K,t,o)}}else l=t.__e=Li(o.__e,t,o,n,i,r,a,c,f,e);return(d=w.
diffed)&&d(t),l}function gt(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$s"))for(var o=1;e=e.nextSibling;){if(e.nodeType==
8){if(e.data.startsWith("$s"))o++;else if(e.data.startsWith("/$s")&&!--o)return e}t&&t.push(e)}}function bn(e){e&&(e.__c&&
(e.__c.__g|=4),e.__k&&e.__k.some(bn))}function wn(e,t,o){for(var n=0;n<o.length;)yo(o[n++],o[n++],o[n++]);w.__c&&w.__c(t,
e),e.some(function(i){try{e=i.__h,i.__h=[],e.some(function(r){r.call(i)})}catch(r){w.__e(r,i.__v)}})}function Li(e,t,o,n,i,r,a,l,c,f){
var d,m,h,p,_,P,k,S,b=o.props||bt,N=t.props,O=t.type;if(O=="svg"?i="http://www.w3.org/2000/svg":O=="math"?i="http://www.\
w3.org/1998/Math/MathML":i||(i="http://www.w3.org/1999/xhtml"),r){for(d=0;d<r.length;d++)if((_=r[d])&&(O?_.localName==O:
_.nodeType==3)){e=_,r[d]=null;break}}if(!e){if(S=f.ownerDocument||document,!O)return S.createTextNode(N);e=S.createElementNS(
i,O,N.is?N:f),l&&(w.__m&&w.__m(t,r),l=!1),r=null}if(O){if(f=O=="template"&&e.content||e,r=O=="textarea"&&N.defaultValue!=
null?null:r&&_o.call(f.childNodes),!l&&r)for(b={},d=0;d<e.attributes.length;d++)b[(_=e.attributes[d]).name]=_.value;for(d in b)
_=b[d],d=="dangerouslySetInnerHTML"?h=_:d=="children"||d in N||d=="value"&&"defaultValue"in N||d=="checked"&&"defaultChe\
cked"in N||$t(e,d,null,_,i);for(d in N)_=N[d],d=="children"?p=_:d=="dangerouslySetInnerHTML"?m=_:d=="value"?P=_:d=="chec\
ked"?k=_:l&&typeof _!="function"||b[d]===_||$t(e,d,_,b[d],i);m?(l||h&&(m.__html==h.__html||m.__html==e.innerHTML)||(e.innerHTML=
m.__html),t.__k=[]):(h&&(e.textContent=""),(O=="foreignObject"||i=="http://www.w3.org/1998/Math/MathML"&&Mi.test(O))&&(i=
"http://www.w3.org/1999/xhtml"),gn(f,$o(p)?p:[p],t,o,n,i,r,a,r?r[0]:o.__k&&_e(o,0),l,c),r&&r.some(Ee)),l&&O!="textarea"||
(d="value",O=="progress"&&P==null?e.removeAttribute(d):P==null||P===e[d]&&(O!="progress"||P)||$t(e,d,P,b[d],i),d="checke\
d",k!=null&&k!=e[d]&&$t(e,d,k,b[d],i))}else b===N||l&&e.data==N||(e.data=N);return e}function yo(e,t,o,n){try{typeof e==
"function"?t?t.__x=e(t)||1:n&&(n=n.__c||n.__e)&&(t=n.__x)&&(n.__x=null,typeof t=="function"?t():e(null)):e.current=t}catch(i){
w.__e(i,o)}}function bo(e,t,o){var n,i,r,a;if(w.unmount&&w.unmount(e),!(n=e.ref)||n.current&&n.current!=e.__e||yo(n,null,
t,e),n=e.__c){if(n.componentWillUnmount)try{n.componentWillUnmount()}catch(l){w.__e(l,t)}n.__P=n.__n=null}if(n=e.__k)for(a=
0;a<n.length;a++)n[a]&&bo(n[a],t,typeof e.type!="function"||o&&!e.props.__P);!o&&(n=e.__c)&&(n=n.__z)&&(i=gt(n,r=[]))&&(n==
e.__e&&r.some(Ee),Ee(i),Ee(n)),o||Ee(e.__e),e.__e=e.__c=e.__=null}function Ui(e,t,o){return this.constructor(e,o)}function kn(e,t){
var o,n,i,r;w.__&&w.__(e,t),t.nodeType==9&&(t=t.documentElement),n=(o=e&&32&e.__u)?null:t.__k,t.__k=Je(Se,{children:[e]}),
i=[],r=[],go(t,t.__k,n||bt,bt,t.namespaceURI,n?null:t.firstChild?_o.call(t.childNodes):null,i,n?n.__e:t.firstChild,o,r),
wn(i,t.__k,r),t.__k.props.children=null}w={__e:function(e,t,o,n){for(var i,r,a;t=t.__;)if((i=t.__c)&&!(1&i.__g)){i.__g|=4;try{if((a=(r=i.constructor)&&r.getDerivedStateFromError)&&
i.setState(r.getDerivedStateFromError(e)),i.componentDidCatch&&(i.componentDidCatch(e,n||{}),a=1),a&&8&i.__g)return void(i.
__g|=2)}catch(l){e=l}}throw yt=0,e}},mn=0,ho=function(e){return e!=null&&e.constructor===Qe},Pe.prototype.setState=function(e,t){
var o=this.__s;o&&o!=this.state||(o=this.__s=xe({},this.state)),typeof e=="function"&&(e=e(xe({},o),this.props)),e&&(xe(
o,e),this.__v&&(t&&this.__k.push(t),pn(this)))},Pe.prototype.forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.
push(e),pn(this))},Pe.prototype.render=Se,$e=[],yt=0,hn=function(e,t){return e.__v.__b-t.__v.__b},_t=Symbol(),vn=/(PointerCapture)$|Capture$/i,
vo=0,mo={},Ii=0;var Xe,I,wo,En,ko=Object.is,Et=0,Pn=[],Eo=[],A=w,xn=A.__b,Sn=A.__r,On=A.diffed,Tn=A.__c,Cn=A.unmount,An=A.__;function So(e,t){
A.__h&&A.__h(I,e,Et||t),Et=0;var o=I.__H||(I.__H={__:[],__h:[]});return e>=o.__.length&&o.__.push({}),o.__[e]}function Y(e){
return Et=1,ji(Dn,e)}function ji(e,t,o){var n=So(Xe++,2);if(n.t=e,!n.__c&&(n.__=[o?o(t):Dn(void 0,t),function(r){var a=(n.
__N||n.__)[0],l=n.t(a,r);ko(a,l)||(n.__N=[l,n.__[1]],n.__c.setState({}))}],n.__c=I,!I.__f)){I.__f=!0;var i=I.shouldComponentUpdate;
I.shouldComponentUpdate=function(r,a,l){var c=this.__H;if(!c)return!0;var f=!1,d=this.props!=r;if(c.__.some(function(h){
h.__N&&(f=!0,ko(h.__[0],h.__N[0])||(d=!0))}),i){var m=i.call(this,r,a,l);return f?m||d:m}return!f||d}}return n.__}function J(e,t){
var o=So(Xe++,3);!A.__s&&Nn(o.__H,t)&&(o.__P=!0,o.__=e,o.u=t,I.__H.__h.push(o))}function Oo(e){return Et=5,xt(function(){return{current:e}},[])}function xt(e,t){var o=So(Xe++,7);return Nn(o.__H,t)&&(o.__=e(),o.__H=t),o.__}function zi(){var e;do{for(;e=Eo.shift();)try{Ye(e)}catch(o){A.__e(o,{__:(e=e.__P)&&e.__v})}for(;e=Pn.shift();){var t=e.
__H;if(e.__P&&t)try{t.__h.some(Ye),t.__h.some(xo),t.__h=[]}catch(o){t.__h=[],A.__e(o,e.__v)}}}while(Eo.length)}A.__b=function(e){
I=null,xn&&xn(e)},A.__=function(e,t){e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),An&&An(e,t)},A.__r=function(e){Sn&&Sn(e),Xe=
0;var t=(I=e.__c).__H;t&&(wo==I?I.__h=[]:(t.__h.some(Ye),t.__h.some(xo),Xe=0),t.__h=[],t.__.some(function(o){o.__N&&(o.__=
o.__N),o.u=o.__N=void 0})),wo=I},A.diffed=function(e){On&&On(e);var t=e.__c;t&&t.__H&&(t.__H.__h.length&&Mn(Pn.push(t)),
t.__H.__.some(function(o){o.u&&(o.__H=o.u)})),wo=I=null},A.__c=function(e,t){t.some(function(o){try{o.__h.some(Ye),o.__h=
o.__h.filter(function(n){return!n.__||xo(n)})}catch(n){o.__h=[function(){throw n}]}}),Tn&&Tn(e,t)},A.unmount=function(e){
Cn&&Cn(e);var t,o,n=e.__c;n&&n.__H&&(n.__H.__.some(function(i){try{if(i.__P&&i.__c){if(o===void 0){for(o=e.__;o&&(!o.__c||
!o.__c.__P);)o=o.__;o=o&&o.__c}i.__P=o,Mn(Eo.push(i))}else Ye(i)}catch(r){t=r}}),n.__H=void 0,t&&A.__e(t,n.__v))};var In=typeof requestAnimationFrame==
"function";function Fi(e){var t,o=function(){clearTimeout(n),In&&cancelAnimationFrame(t),setTimeout(e)},n=setTimeout(o,35);
In&&(t=requestAnimationFrame(o))}function Mn(e){e!=1&&En==A.requestAnimationFrame||((En=A.requestAnimationFrame)||Fi)(zi)}
function Ye(e){var t=I,o=e.__c;typeof o=="function"&&(e.__c=void 0,o()),I=t}function xo(e){var t=I;e.__c=e.__(),I=t}function Nn(e,t){
return!e||e.length!=t.length||t.some(function(o,n){return!ko(o,e[n])})}function Dn(e,t){return typeof t=="function"?t(e):
t}var Bi=Symbol.for("preact-signals");function Ct(){if(de>1)de--;else{var e,t=!1;for((function(){var i=Ot;for(Ot=void 0;i!==
void 0;){var r=i.S;if(r.v===i.v)for(var a=r.t;a!==void 0;a=a.x)a.i===i.i&&(a.i=r.i);i=i.o}})();et!==void 0;){var o=et;for(et=
void 0,St++;o!==void 0;){var n=o.u;if(o.u=void 0,o.f&=-3,!(8&o.f)&&Ln(o))try{o.c()}catch(i){t||(e=i,t=!0)}o=n}}if(St=0,de--,
t)throw e}}function Co(e){if(de>0)return e();To=++Wi,de++;try{return e()}finally{Ct()}}var Ze,x=void 0;function tt(e){var t=x,
o=Ze;x=void 0,Ze=void 0;try{return e()}finally{x=t,Ze=o}}var et=void 0,de=0,St=0,Wi=0,To=0,Ot=void 0,Tt=0;function Rn(e){
if(x!==void 0){var t=e.n;if(t===void 0||t.t!==x)return t={i:0,S:e,p:x.s,n:void 0,t:x,e:void 0,x:void 0,r:t},x.s!==void 0&&
(x.s.n=t),x.s=t,e.n=t,32&x.f&&e.S(t),t;if(t.i===-1)return t.i=0,t.n!==void 0&&(t.n.p=t.p,t.p!==void 0&&(t.p.n=t.n),t.p=x.
s,t.n=void 0,x.s.n=t,x.s=t),t}}function M(e,t){this.v=e,this.i=0,this.n=void 0,this.t=void 0,this.l=0,this.W=t?.watched,
this.Z=t?.unwatched,this.name=t?.name}M.prototype.brand=Bi;M.prototype.h=function(){return!0};M.prototype.S=function(e){
var t=this,o=this.t;o!==e&&e.e===void 0&&(e.x=o,this.t=e,o!==void 0?o.e=e:tt(function(){var n;(n=t.W)==null||n.call(t)}))};
M.prototype.U=function(e){var t=this;if(this.t!==void 0){var o=e.e,n=e.x;o!==void 0&&(o.x=n,e.e=void 0),n!==void 0&&(n.e=
o,e.x=void 0),e===this.t&&(this.t=n,n===void 0&&tt(function(){var i;(i=t.Z)==null||i.call(t)}))}};M.prototype.subscribe=
function(e){var t=this;return H(function(){var o=t.value;tt(function(){return e(o)})},{name:"sub"})};M.prototype.valueOf=
function(){return this.value};M.prototype.toString=function(){return this.value+""};M.prototype.toJSON=function(){return this.
value};M.prototype.peek=function(){var e=this;return tt(function(){return e.value})};Object.defineProperty(M.prototype,"\
value",{get:function(){var e=Rn(this);return e!==void 0&&(e.i=this.i),this.v},set:function(e){if(e!==this.v){if(St>100)throw new Error(
"Cycle detected");(function(o){de!==0&&St===0&&o.l!==To&&(o.l=To,Ot={S:o,v:o.v,i:o.i,o:Ot})})(this),this.v=e,this.i++,Tt++,
de++;try{for(var t=this.t;t!==void 0;t=t.x)t.t.N()}finally{Ct()}}}});function v(e,t){return new M(e,t)}function Ln(e){for(var t=e.
s;t!==void 0;t=t.n)if(t.S.i!==t.i||!t.S.h()||t.S.i!==t.i)return!0;return!1}function Un(e){for(var t=e.s;t!==void 0;t=t.n){
var o=t.S.n;if(o!==void 0&&(t.r=o),t.S.n=t,t.i=-1,t.n===void 0){e.s=t;break}}}function jn(e){for(var t=e.s,o=void 0;t!==
void 0;){var n=t.p;t.i===-1?(t.S.U(t),n!==void 0&&(n.n=t.n),t.n!==void 0&&(t.n.p=n)):o=t,t.S.n=t.r,t.r!==void 0&&(t.r=void 0),
t=n}e.s=o}function Oe(e,t){M.call(this,void 0,t),this.x=e,this.s=void 0,this.g=Tt-1,this.f=4}Oe.prototype=new M;Oe.prototype.
h=function(){if(this.f&=-3,1&this.f)return!1;if((36&this.f)==32||(this.f&=-5,this.g===Tt))return!0;if(this.g=Tt,this.f|=
1,this.i>0&&!Ln(this))return this.f&=-2,!0;var e=x;try{Un(this),x=this;var t=this.x();(16&this.f||this.v!==t||this.i===0)&&
(this.v=t,this.f&=-17,this.i++)}catch(o){this.v=o,this.f|=16,this.i++}return x=e,jn(this),this.f&=-2,!0};Oe.prototype.S=
function(e){if(this.t===void 0){this.f|=36;for(var t=this.s;t!==void 0;t=t.n)t.S.S(t)}M.prototype.S.call(this,e)};Oe.prototype.
U=function(e){if(this.t!==void 0&&(M.prototype.U.call(this,e),this.t===void 0)){this.f&=-33;for(var t=this.s;t!==void 0;t=
t.n)t.S.U(t)}};Oe.prototype.N=function(){if(!(2&this.f)){this.f|=6;for(var e=this.t;e!==void 0;e=e.x)e.t.N()}};Object.defineProperty(
Oe.prototype,"value",{get:function(){if(1&this.f)throw new Error("Cycle detected");var e=Rn(this);if(this.h(),e!==void 0&&
(e.i=this.i),16&this.f)throw this.v;return this.v}});function X(e,t){return new Oe(e,t)}function zn(e){var t=e.j;if(e.j=
void 0,typeof t=="function"){de++;var o=x;x=void 0;try{t()}catch(n){throw e.f&=-2,e.f|=8,Ao(e),n}finally{x=o,Ct()}}}function Ao(e){
for(var t=e.s;t!==void 0;t=t.n)t.S.U(t);e.x=void 0,e.s=void 0,zn(e)}function Hi(e){if(x!==this)throw new Error("Out-of-o\
rder effect");jn(this),x=e,this.f&=-2;try{8&this.f&&Ao(this)}finally{Ct()}}function Ne(e,t){this.x=e,this.j=void 0,this.
s=void 0,this.u=void 0,this.f=32,this.name=t?.name,Ze&&Ze.push(this)}Ne.prototype.c=function(){var e=this.S();try{if(8&this.
f||this.x===void 0)return;var t=this.x();typeof t=="function"&&(this.j=t)}finally{e()}};Ne.prototype.S=function(){if(1&this.
f)throw new Error("Cycle detected");this.f|=1,this.f&=-9,zn(this),Un(this),de++;var e=x;return x=this,Hi.bind(this,e)};Ne.
prototype.N=function(){2&this.f||(this.f|=2,this.u=et,et=this)};Ne.prototype.d=function(){this.f|=8,1&this.f||Ao(this)};
Ne.prototype.dispose=function(){this.d()};function H(e,t){var o=new Ne(e,t);try{o.c()}catch(i){throw o.d(),i}var n=o.d.bind(
o);return n[Symbol.dispose]=n,n}var Fn,It,At,qi=typeof window<"u"&&!!window.__PREACT_SIGNALS_DEVTOOLS__;var Bn=[];H(function(){Fn=this.N})();function De(e,t){w[e]=t.bind(null,w[e]||function(){})}function ot(e){if(At){var t=At;
At=void 0,t()}At=e&&e.S()}function Wn(e){var t=this,o=e.data,n=Vi(o);n.name="ReactiveDom",n.value=o;var i=xt(function(){
for(var l=t,c=t.__v;c=c.__;)if(c.__c){c.__c.__$f|=4;break}var f=X(function(){var p=n.value.value;return p===0?0:p===!0?"":
p||""}),d=X(function(){return!Array.isArray(f.value)&&!ho(f.value)}),m=H(function(){if(this.N=Hn,d.value){var p=f.value;
l.__v&&l.__v.__e&&l.__v.__e.nodeType===3&&(l.__v.__e.data=p)}}),h=t.__$u.d;return t.__$u.d=function(){m(),h.call(this)},
[d,f]},[]),r=i[0],a=i[1];return r.value?a.peek():a.value}Wn.displayName="ReactiveTextNode";Object.defineProperties(M.prototype,
{constructor:{configurable:!0,value:kt(Se,null).constructor},type:{configurable:!0,value:Wn},props:{configurable:!0,get:function(){
var e=this;return{data:{get value(){return e.value}}}}},__b:{configurable:!0,value:1}});De("__b",function(e,t){if(ot(),It=
void 0,typeof t.type=="string"){var o,n=t.props;for(var i in n)if(i!=="children"){var r=n[i];r instanceof M&&(o||(t.__np=
o={}),o[i]=r,n[i]=r.peek())}}e(t)});De("__r",function(e,t){if(e(t),t.type!==Se){ot();var o,n=t.__c;n&&(n.__$f&=-2,(o=n.__$u)===
void 0&&(n.__$u=o=(function(i,r){var a;return H(function(){a=this},{name:r}),a.c=i,a})((function(i){return function(){var r;
qi&&((r=this.y)==null||r.call(this)),i.__$f|=1,i.setState({})}})(n),typeof t.type=="function"?t.type.displayName||t.type.
name:""))),It=n,ot(o)}});De("__e",function(e,t,o,n){ot(),It=void 0,e(t,o,n)});De("diffed",function(e,t){ot(),It=void 0;var o;
if(typeof t.type=="string"&&(o=t.__e)){var n=t.__np,i=t.props,r=o.U;if(r)for(var a in r){var l=r[a];l===void 0||n&&a in n||
(l.d(),r[a]=void 0)}if(n){r||(r={},o.U=r);for(var c in n){var f=r[c],d=n[c];f===void 0?(f=Gi(o,c,d,i),r[c]=f):f.o(d,i)}}}
e(t)});function Gi(e,t,o,n){var i=t in e&&e.ownerSVGElement===void 0,r=v(o);return{o:function(a,l){r.value=a,n=l},d:H(function(){
this.N=Hn;var a=r.value.value;n[t]!==a&&(n[t]=a,i?e[t]=a:a!=null&&(a!==!1||t[4]==="-")?e.setAttribute(t,a):e.removeAttribute(
t))})}}De("unmount",function(e,t){if(typeof t.type=="string"){var o=t.__e;if(o){var n=o.U;if(n){o.U=void 0;for(var i in n){
var r=n[i];r&&r.d()}}}var a=t.__np;if(a){var l=t.props;for(var c in a)l[c]=a[c]}t.__np=void 0}else{var f=t.__c;if(f){f.__$f|=
8;var d=f.__$u;d&&(f.__$u=void 0,d.d())}}e(t)});De("__h",function(e,t,o,n){n<3&&(t.__$f|=2),e(t,o,n)});Pe.prototype.shouldComponentUpdate=
function(e,t){if(this.__R)return!0;var o=this.__$u,n=o&&o.s!==void 0;for(var i in t)return!0;if(this.__f||typeof this.u==
"boolean"&&this.u===!0){var r=2&this.__$f;if(!(n||r||4&this.__$f)||1&this.__$f)return!0}else if(!(n||4&this.__$f)||3&this.
__$f)return!0;for(var a in e)if(a!=="__source"&&e[a]!==this.props[a])return!0;for(var l in this.props)if(!(l in e))return!0;
return!1};function Vi(e,t){return xt(function(){return v(e,t)},[])}var Ki=function(e){queueMicrotask(function(){queueMicrotask(e)})};function Ji(){Co(function(){for(var e;e=Bn.shift();)Fn.call(e)})}function Hn(){Bn.push(this)===1&&(w.requestAnimationFrame||
Ki)(Ji)}function F(e,t,o="localStorage"){try{let n=window[o].getItem(`easel.${e}`);return n===null?t:JSON.parse(n)}catch{return t}}
function q(e,t,o="localStorage"){try{t===void 0?window[o].removeItem(`easel.${e}`):window[o].setItem(`easel.${e}`,JSON.stringify(
t))}catch{}}var Io=window.matchMedia("(prefers-color-scheme: dark)"),qn=F("appearance",null),ge=v(qn?qn==="dark":Io.matches);function Mo(){
document.documentElement.dataset.theme=ge.value?"dark":"light"}Io.addEventListener("change",()=>{F("appearance",null)||(ge.
value=Io.matches,Mo())});Mo();function Gn(){ge.value=!ge.value,q("appearance",ge.value?"dark":"light"),Mo()}var Z=class extends Error{constructor(t,o,n){super(o?.error??o?.message??`HTTP ${t}`),this.status=t,this.code=o?.code??"",
this.field=o?.details?.field??"",this.provider=o?.details?.provider,this.elsewhere=o?.details?.elsewhere,this.retryAfter=
Number(n?.get("Retry-After"))||o?.details?.retryAfter||0}get passing(){return this.status===0||this.status===503}},Qi=4,
Vn=[],Po=0;async function Kn(e,t,o){Po===Qi?await new Promise(n=>Vn.push(n)):Po+=1;try{let n=await fetch(e,t).catch(()=>{
throw new Z(0,{error:""})});return await o(n)}finally{let n=Vn.shift();n?n():Po-=1}}function L(e,t,{body:o,headers:n={},
text:i}={}){let r={...n};o!==void 0&&(r["Content-Type"]="application/json");let a={method:e,headers:r,body:i??(o===void 0?
void 0:JSON.stringify(o))};return Kn(t,a,async l=>{let c=await l.json().catch(()=>null);if(!l.ok&&l.status!==304)throw new Z(
l.status,c,l.headers);return{status:l.status,body:c,headers:l.headers}})}function Mt(e,t){return Kn(e,{headers:t},async o=>{
if(!o.ok)throw new Z(o.status,await o.json().catch(()=>null),o.headers);return o.blob()})}async function Te(e,t){return(await L(
"GET",e,{headers:t})).body}function ie(e){let{pathname:t}=new URL(e,location.href);return t.startsWith("/api/images/")?t:
e}function Pt(){return Array.from(crypto.getRandomValues(new Uint8Array(12)),e=>e.toString(16).padStart(2,"0")).join("")}
function Re(e){return new Promise(t=>setTimeout(t,e*1e3))}var y=v(null),nt=v(null);async function Jn(){try{let[e,{providers:t},{models:o,fields:n}]=await Promise.all([L("GET","/a\
pi"),Te("/api/providers"),Te("/api/models")]),{features:i,access:r,anonymousPictures:a,picturesNeedKey:l,version:c}=e.body,
f=(e.headers.get("X-Emulated-Providers")??"").split(/[, ]+/).filter(Boolean),d=e.headers.get("X-Local-Key");y.value={providers:t,
models:o,fields:n,features:i,access:r,anonymousPictures:a,picturesNeedKey:l,version:c,emulated:f,localKey:d},nt.value=null}catch(e){
nt.value=e}}function Nt(e){return y.value.features.includes(e)}function ae(e){return y.value?.providers.find(t=>t.id===e)}
function pe(e){return y.value.models.filter(t=>t.provider===e)}function T(e,t){return y.value?.models.find(o=>o.provider===
e&&o.id===t)}function z({provider:e,model:t}){return{provider:ae(e)?.name??e,model:T(e,t)?.name??t}}function Dt(e){return y.
value.models.filter(t=>t.family===e.family&&t.provider!==e.provider)}var No=F("credentials",null),Qn=F("credentials",null,"sessionStorage"),Le=v(No!==null),E=v(No??Qn??{});function Yn(){let{
emulated:e,localKey:t}=y.value;No||Qn||!t||(E.value=Object.fromEntries([...e,"access"].map(o=>[o,t])))}var Yi=/^(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr]|bearer(?:[\s:]+|$))+|(?:[\s"'`<>“”‘’\u00ad\u200b-\u200f\u2060\ufeff]|\\[nr])+$/gi;
function Rt(e,t){E.value={...E.value,[e]:t.replace(Yi,"")},Do()}function Xn(e){Le.value=e,Do()}function Zn(){E.value={},
Le.value=!1,Do()}function Do(){let e=Object.fromEntries(Object.entries(E.value).filter(([,t])=>t));q("credentials",Le.value?
e:void 0),q("credentials",Le.value?void 0:e,"sessionStorage")}function fe(){return y.value.access==="keys"}function Ce({
requiresAuth:e}){return e||!y.value.anonymousPictures}function ee(e){let{[e]:t,access:o}=E.value;return!!(o||!fe()&&(t||
!Ce(ae(e))))}function Lt(e){let{[e]:t,access:o}=E.value;return fe()||!!(o&&!t)}function er(e){let t=E.value[e];return{...Lt(
e)?R():{},...t?{[ae(e).authHeader]:t}:{}}}function rt(){return y.value.picturesNeedKey?R():{}}function R(){let{access:e}=E.
value;return e?{Authorization:`Bearer ${e}`}:{}}var Xi=100,tr=20,Zi=3,or=["succeeded","failed","cancelled"],Ut=class{#t;#o;#e=[{cursor:"",asked:0,lines:[],settled:!1}];#n=0;constructor(t,o){
this.#t=t,this.#o=o}isOf(t){return this.#o===t}get lines(){return this.#e.flatMap(({lines:t})=>t.filter(({status:o})=>or.
includes(o)))}get more(){return this.#e.length===tr&&!!this.#e.at(-1).next}async look(t=!1){let o=this.#e.filter(({settled:n})=>!n);
for(let n of o.sort((i,r)=>i.asked-r.asked).slice(0,Zi))await this.#r(n,t);return o.length>0}async#r(t,o){let n=`/api/ba\
tches/${this.#t}/results?limit=${Xi}&cursor=${t.cursor}`,{body:i}=await L("GET",n,{headers:R()});t.asked=++this.#n,t.lines=
i.results,t.settled=o||i.results.length>0&&i.results.every(({status:r})=>or.includes(r)),!(t.next||!i.next)&&(t.next=i.next,
this.#e.length<tr&&this.#e.push({cursor:i.next,asked:0,lines:[],settled:!1}))}};var ye=v([]),at=v(""),it=new Map,Uo=null;function Lo(e){return new Promise((t,o)=>{e.onsuccess=()=>t(e.result),e.onerror=
()=>o(e.error)})}function nr(e){return Uo.transaction("pictures",e).objectStore("pictures")}async function rr(){try{let e=indexedDB.
open("easel",1);e.onupgradeneeded=()=>e.result.createObjectStore("pictures",{keyPath:"id"}),Uo=await Lo(e);let t=await Lo(
nr("readonly").getAll());ye.value=t.sort((o,n)=>n.createdAt-o.createdAt)}catch{at.value="This browser keeps no gallery; \
pictures are here until the page is closed."}}async function ir(e){if(ye.value.some(n=>n.id===e.id))return;let t=await jo(
e.url),o=t?{...e,blob:t}:e;ye.value=[o,...ye.value].sort((n,i)=>i.createdAt-n.createdAt),await ar(n=>n.put(o))}async function jo(e){
try{return await Mt(ie(e),rt())}catch{return null}}async function jt(e){ye.value=ye.value.filter(t=>!e.includes(t.id));for(let t of e)
URL.revokeObjectURL(it.get(t)),it.delete(t),await ar(o=>o.delete(t))}async function ar(e){if(Uo)try{await Lo(e(nr("readw\
rite")))}catch{at.value="This browser has no room for more pictures; the newest are here until the page is closed."}}function Ue(e){
return e.blob?(it.has(e.id)||it.set(e.id,URL.createObjectURL(e.blob)),it.get(e.id)):ie(e.url)}function zt(e){let t={JPEG:"\
jpg"}[e.format]??e.format.toLowerCase(),{asked:o,details:n,id:i}=e;return`${Ro(o.prompt??"upscaled").slice(0,40)||"pictu\
re"}-${Ro(n.model)}-${Ro(n.provider)}-${i.slice(-6)}.${t}`}function Ro(e){return e.replace(/[^\p{L}\p{N}.]+/gu,"-").replace(
/^[-.]+|[-.]+$/g,"")}var ea=Uint32Array.from({length:256},(e,t)=>{let o=t;for(let n=0;n<8;n+=1)o=o&1?o>>>1^3988292384:o>>>1;return o});function ta(e){
let t=4294967295;for(let o of e)t=ea[(t^o)&255]^t>>>8;return(t^4294967295)>>>0}function zo(...e){let t=new Uint8Array(e.
reduce((i,[r])=>i+r,0)),o=new DataView(t.buffer),n=0;for(let[i,r]of e)i===2?o.setUint16(n,r,!0):o.setUint32(n,r,!0),n+=i;
return t}var oa=2048;function sr(e){let t=new Date,o=t.getHours()<<11|t.getMinutes()<<5|t.getSeconds()>>1,n=t.getFullYear()-
1980<<9|t.getMonth()+1<<5|t.getDate(),i=[],r=[],a=0;for(let{name:f,bytes:d}of e){let m=new TextEncoder().encode(f),h=d.length,
p=[[2,20],[2,oa],[2,0],[2,o],[2,n],[4,ta(d)],[4,h],[4,h],[2,m.length],[2,0]],_=zo([4,67324752],...p);r.push(zo([4,33639248],
[2,20],...p,[2,0],[2,0],[2,0],[4,0],[4,a]),m),i.push(_,m,d),a+=_.length+m.length+h}let l=r.reduce((f,d)=>f+d.length,0),c=zo(
[4,101010256],[2,0],[2,0],[2,e.length],[2,e.length],[4,l],[4,a],[2,0]);return new Blob([...i,...r,c],{type:"application/\
zip"})}function st(e,t){let o=URL.createObjectURL(e);lr(o,t),setTimeout(()=>URL.revokeObjectURL(o),6e4)}function lr(e,t){let o=document.
createElement("a");o.href=e,o.download=t,o.click()}function ur(e){lr(Ue(e),zt(e))}function Fo(e){let{id:t,asked:o,details:n,
format:i,warnings:r,createdAt:a}=e;return{file:zt(e),jobId:t,createdAt:a,asked:o,obtained:{...n,format:i},warnings:r}}async function cr(e){
let t=e.filter(i=>i.blob),o=await Promise.all(t.map(async i=>({name:zt(i),bytes:new Uint8Array(await i.blob.arrayBuffer())}))),
n=new TextEncoder().encode(JSON.stringify(e.map(Fo),null,2));st(sr([...o,{name:"parameters.json",bytes:n}]),"easel-pictu\
res.zip")}var dr={codes:{INVALID_REQUEST:["Easel does not understand this request.","Easel 无法理解这个请求。"],INVALID_PROVIDER:[
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
. Pick another one.","{provider} 的 {model} 不支持这个尺寸，请另选一个。"],webhook:["Enter a public https\
 address for the webhook.","webhook 须为公网 https 地址。"],size:["Write a size as width x height, such as 1024x7\
68.","尺寸应写作“宽x高”，例如 1024x768。"],steps:["{model} takes {steps} steps, a whole number.","{model}\
 的步数须为 {steps} 的整数。"],guidanceScale:["{model} takes a guidance of {guidance}.","{model} 的引导强度须为 {guida\
nce}。"],count:["A line asks for 1 to 1000 pictures, a whole number.","每行的图片数须为 1 至 1000 的整数。"],
seed:["A seed is a whole number up to 2147483647. Leave it empty for a random one.","种子是不超过 2147483647 的整数；留空则随机。"],
responseFormat:["A picture comes as url or as b64_json.","图片只能以 url 或 b64_json 返回。"],image:["Choose a \
picture to start from: a PNG, JPEG or WebP.","请选择一张起始图片：PNG、JPEG 或 WebP。"],url:["Easel cannot \
read the picture at this link.","Easel 无法读取此链接的图片。"],scale:["A picture can be made 1 to 4 times as\
 large.","图片可放大 1 到 4 倍。"],body:["Easel cannot read what was sent.","Easel 无法读取发送的内容。"],
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
ur token.","{provider} 不接受你的令牌。"]}};var pr={"1 line is wrong: see it":"1 行有错：查看","A file of prompts becomes pictures overnight: a CSV with a hea\
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
ovider} needs a token of yours.":"{provider} 需要你的令牌。","{time}, usually {usual}":"{time}，通常 {usual}",
"Quotas of this Easel":"此 Easel 的额度","What the tokens of this Easel still have. They draw for holders of a key a\
nd for batches.":"此 Easel 的令牌还剩多少额度。它们为密钥持有者和批量任务作画。","Asking the \
providers…":"正在询问各服务商…","As of {time}, at most a minute old":"截至 {time}，最多滞后一分钟",
"It does not answer at the moment. Look again.":"暂时没有回应，请重新查看。","This Easel has no token for i\
t.":"此 Easel 没有它的令牌。","{model} takes no calls until {time}.":"{model} 在 {time} 之前不接受请求。",
"Quotas of a day come back at {time}.":"每日额度于 {time} 恢复。",usable:"可用","rests until {time}":"暂停至 {tim\
e}","used up until {time}":"已用完，{time} 恢复","{n} of about {all} pictures today":"今日 {n} 张，每日约 {all} 张",
"1 picture today":"今日 1 张","{n} pictures today":"今日 {n} 张","token {n}":"令牌 {n}","without a token":"无令牌",
Left:"剩余","Refused for {model} until {time}.":"{model} 在 {time} 之前拒绝此令牌。","{n} magicubes left":"剩余\
 {n} 魔粒","{n} of {all} magicubes left":"剩余 {n} / {all} 魔粒","{n} s of GPU time left":"剩余 GPU 时间 {n} 秒",
"{n} of {all} s of GPU time left":"剩余 GPU 时间 {n} / {all} 秒","{n} yuan left":"剩余 {n} 元","{n} of {all} yua\
n left":"剩余 {n} / {all} 元","more at {time}":"{time} 恢复","read at {time}":"读取于 {time}","{provider}: how m\
any of {all} today is not known.":"{provider}：今天能完成 {all} 张中的多少张，尚不清楚。"};var ra=navigator.language.toLowerCase().startsWith("zh")?"zh":"en",me=v(F("language",ra));H(()=>{document.documentElement.
lang=me.value==="zh"?"zh-Hans":"en"});function fr(e){me.value=e,q("language",e)}function s(e,t={}){return Bo(me.value===
"zh"?pr[e]??e:e,t)}var ia=/(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])/g;function Bo(e,t){return e.
replace(/\{(\w+)\}/g,(o,n)=>t[n]??o).replace(ia,"")}function je(...e){return e.filter(Boolean).join(me.value==="zh"?"":"\
 ")}function ze(e){let t=parseFloat(e)/(e.endsWith("ms")?1e3:1);return t<9.95?s("{n} s",{n:Math.max(.1,t).toFixed(1)}):se(
t)}function se(e){let t=Math.max(0,Math.round(e));if(t<60)return s("{n} s",{n:t});let o=[Math.floor(t/3600),Math.floor(t/
60)%60,t%60];return(o[0]?o:o.slice(1)).map((i,r)=>r?String(i).padStart(2,"0"):i).join(":")}function le(e,t={}){let o=new Date(
e*1e3),i=o.toDateString()===new Date().toDateString()?{}:{month:"short",day:"numeric"};return o.toLocaleString(me.value===
"zh"?"zh-CN":"en",{hour:"2-digit",minute:"2-digit",...i,...t})}function Q(e){return le(e,{timeZoneName:"short"})}var aa=["provider","model","prompt","negativePrompt","width","height","size","image","steps","guidanceScale","seed","res\
ponseFormat","webhook"];function lt(){return Object.entries(y.value.fields??{}).filter(([t])=>!aa.includes(t)).map(([t,{
anyOf:o=[],...n}])=>({name:t,...o.find(({type:i})=>i!=="null"),...n}))}function Ft({type:e}){return e==="integer"||e==="\
number"}function mr({name:e}){let t=e.replace(/[A-Z]/g,o=>` ${o.toLowerCase()}`);return t[0].toUpperCase()+t.slice(1)}var sa=[{name:"1:1",width:1024,height:1024},{name:"4:3",width:1152,height:864},{name:"3:4",width:864,height:1152},{name:"\
3:2",width:1248,height:832},{name:"2:3",width:832,height:1248},{name:"16:9",width:1280,height:720},{name:"9:16",width:720,
height:1280}];function hr(e){return e.sizes.only??sa.map(t=>({...t,...vr(t,e.sizes)}))}function ut(e,t){return Number(e.
width)===t.width&&Number(e.height)===t.height}function ct(e,t){let{only:o}=t.sizes;if(!o)return vr(e,t.sizes);if(o.some(
a=>ut(e,a)))return{width:e.width,height:e.height};let n=e.width/e.height||1,i=a=>Math.abs(Math.log(a.width/a.height/n)),
r=o.reduce((a,l)=>i(l)<i(a)?l:a);return{width:r.width,height:r.height}}function vr({width:e,height:t},{min:o,max:n,step:i=1}){
let r=Math.max(e,t),a=r>n?n/r:1,l=c=>{let f=Math.floor((n-o)/i),d=Math.round((c*a-o)/i);return Number(c)>0?o+Math.min(Math.
max(d,0),f)*i:c};return{width:l(e),height:l(t)}}var Bt=2147483647,$r=8,_r={prompt:"",negativePrompt:"",width:1024,height:1024,seed:"",count:1,image:""},g=v(_r),ue=v({});
function gr(){let e={..._r,...F("form",{})};e.image.startsWith("blob:")&&(e.image="");let t=T(e.provider,e.model);g.value=
e,t||Ae(y.value.models[0])}function C(e){g.value={...g.value,...e},dt(Object.keys(e)),q("form",g.value)}function dt(e){ue.
value=Object.fromEntries(Object.entries(ue.value).filter(([t])=>!e.includes(t)))}function yr(e){let{family:t}=T(g.value.
provider,g.value.model),o=pe(e);Ae(o.find(n=>n.family===t)??o[0])}function Ae(e){C({provider:e.provider,model:e.id,steps:e.
features.steps.default,guidanceScale:e.features.guidanceScale?.default??"",...ct(g.value,e)})}function Be(e){let t=T(e.provider,
e.model);t&&Ae(t);let{prompt:o,negativePrompt:n="",width:i,height:r,seed:a,steps:l,guidanceScale:c,image:f=""}=e,d=Object.
fromEntries(lt().map(({name:h})=>[h,e[h]??""])),m={prompt:o,negativePrompt:n,width:i,height:r,seed:a??"",image:f,...d};C(
t?{...m,steps:l,...c===void 0?{}:{guidanceScale:c}}:m)}function Wt(e){let t=T(e.provider,e.model),{guidanceScale:o,negativePrompt:n,
edits:i}=t.features,r={provider:e.provider,model:e.model,prompt:e.prompt,negativePrompt:n?e.negativePrompt:"",width:Fe(e.
width),height:Fe(e.height),steps:Fe(e.steps),guidanceScale:o?Fe(e.guidanceScale):"",seed:Fe(e.seed),image:i?e.image:""};
for(let a of lt()){let l=e[a.name]??"";r[a.name]=Ft(a)?Fe(l):l}return Object.fromEntries(Object.entries(r).filter(([a,l])=>a===
"prompt"||l!==""))}function Fe(e){let t=typeof e=="string"?e.trim():e;return t===""||Number.isNaN(Number(t))?t:Number(t)}
function Ht(e){let t=Wt(e);return Array.from({length:Number(e.count)||1},(o,n)=>Number.isInteger(t.seed)&&n?{...t,seed:Math.
min(Bt,t.seed+n)}:t)}function Ie(e,t,o){let{steps:n,guidanceScale:i}=e.features,r={provider:e.provider,model:e.id,steps:n.
default,guidanceScale:i?.default??""};return Wt({...t,...r,...ct(t,e),seed:o})}function pt({features:e},t){return T(t.provider,
t.model).features.edits&&t.image?e.edits:!e.needsImage}function ft(){return crypto.getRandomValues(new Uint32Array(1))[0]%
(Bt+1)}var br=/^INVALID_/,la=/\{(\w+)\}/g,ua={0:"OFFLINE",413:"PAYLOAD_TOO_LARGE",429:"BUSY",503:"BUSY"},ca=["RATE_LIMITED","PR\
OVIDER_ERROR","UPSTREAM_ERROR","TIMEOUT","GENERATION_FAILED","NO_PICTURE","DOWNLOAD_FAILED","UNKNOWN","BUSY","OFFLINE","\
CANCELLED","QUOTA_EXCEEDED","NOT_FOUND"],da=["RATE_LIMITED","QUOTA_EXCEEDED","PROVIDER_ERROR","UPSTREAM_ERROR","TIMEOUT",
"GENERATION_FAILED","NO_PICTURE","MODEL_RETIRED","PROMPT_REJECTED","AUTH_REQUIRED","AUTH_INVALID","AUTH_EXPIRED"];function U(e,t){
let{code:o,field:n,status:i,retryAfter:r,provider:a,elsewhere:l,message:c}=e;return{code:o||(ua[i]??"UNKNOWN"),field:n,retryAfter:r,
provider:a,elsewhere:l,message:c,asked:t,at:Date.now()}}function qt({error:e,code:t,details:o},n){return U({message:e,code:t,
...o},n)}function te(e){let t=fa(e),[o,n]=pa(e,t);return Bo(me.value==="zh"?n:o,t)}var oe=X(()=>Object.fromEntries(Object.
entries(ue.value).map(([e,t])=>[e,te(t)])));function pa({code:e,field:t,provider:o,retryAfter:n},i){let{codes:r,fields:a}=dr,
l=br.test(e)&&(o&&a[`${t}.provider`]||a[t]);if(l&&[...l[0].matchAll(la)].every(([,f])=>i[f]))return l;let c={AUTH:t==="A\
uthorization"||!o?"key":"",RATE:o?"":"own",QUOTA:o?n?"":"account":"own"}[e.split("_")[0]];return r[`${e}.${c}`]??r[e]??r.
UNKNOWN}function fa({asked:e={},provider:t}){let o=z({...e,provider:t??e.provider}),n=T(e.provider,e.model),i=a=>a?s("{m\
in} to {max}",a):"",r=n&&(n.sizes.step?s("{min} to {max} pixels, in steps of {step}",n.sizes):s("{min} to {max} pixels",
n.sizes));return{provider:o.provider??s("The provider"),model:o.model??s("This model"),sides:r,origin:location.origin,steps:i(
n?.features.steps),guidance:i(n?.features.guidanceScale)}}function Gt({retryAfter:e,at:t}){return e>0?s("Again from {tim\
e}",{time:Q(t/1e3+e)}):""}function wr({code:e,field:t,asked:o,elsewhere:n}){let i=o&&T(o.provider,o.model),r=i?Dt(i).filter(
l=>pt(l,o)):(n??[]).map(({provider:l,model:c})=>T(l,c)).filter(Boolean),a=l=>ee(l.provider)?0:1;return{token:e.startsWith(
"AUTH_"),edit:{PROMPT_REJECTED:"prompt",PAYLOAD_TOO_LARGE:"prompt",INVALID_DIMENSIONS:"width",MODEL_RETIRED:"model"}[e]??
(br.test(e)?t??"prompt":""),again:ca.includes(e),elsewhere:da.includes(e)&&t!=="Authorization"?r.sort((l,c)=>a(l)-a(c)):
[]}}function kr(){return y.value.providers.find(e=>!Ce(e)&&ee(e.id))}var G=v([]),D=v(null),ma=2,Er=256*1024;function We(e,t){G.value=G.value.map(o=>o.id===e?{...o,...t}:o)}function xr(){q("\
batches",G.value.map(({id:e,name:t})=>({id:e,name:t})))}function Sr(){G.value=F("batches",[]),G.value.forEach(({id:e})=>mt(
e))}async function Or(e){D.value={file:e};try{let t=e.size<=Er,o=new Uint8Array(await e.slice(0,Er).arrayBuffer()),n=t?o.
length:o.lastIndexOf(10)+1||o.length,i={...R(),"Content-Type":"application/octet-stream"},{body:r}=await L("POST","/api/\
batches/preview",{text:o.slice(0,n),headers:i});if(D.value?.file!==e)return;D.value={file:e,preview:r,whole:t&&r.complete},
R().Authorization&&Vt(e,{before:(await Cr(e)).batch})}catch(t){Vt(e,{error:U(t)})}}function Vt(e,t){D.value?.file===e&&(D.
value={...D.value,...t})}function Tr(){D.value=null}async function Kt(e){let{file:t,before:o}=D.value;D.value={...D.value,
starting:!0,error:void 0};try{let n=e==="rest"?{retry:o.batchId}:await ha(t,e);if(!n)return;let i=await L("POST","/api/b\
atches",{body:n,headers:R()});Ir(i.body.batchId,t.name),D.value=null}catch(n){Vt(t,{starting:!1,error:U(n)})}}async function ha(e,t){
let o=await Cr(e);return o.batch&&!t?(Vt(e,{starting:!1,before:o.batch}),null):(await va(o,e),{manifest:o.manifest,...t===
"anew"?{scheduledTime:new Date().toISOString()}:{}})}async function Cr(e){let t={size:e.size,name:e.name,digest:await $a(
e)};return(await L("POST","/api/batches/uploads",{body:t,headers:R()})).body}function Ar(){let{file:e,before:t}=D.value;
Ir(t.batchId,e.name),D.value=null}async function va({uploadUrl:e,uploadHeaders:t},o){let n=await fetch(e,{method:"PUT",headers:t,
body:o}).catch(()=>null);if(!n?.ok)throw new Z(n?.status??0,{code:"BUCKET_REFUSED"})}async function $a(e){if(!crypto.subtle)
return`${e.size}-${e.lastModified}`;let t=new Uint8Array(await crypto.subtle.digest("SHA-256",await e.arrayBuffer()));return Array.
from(t.slice(0,16),o=>o.toString(16).padStart(2,"0")).join("")}function Ir(e,t){G.value=[{id:e,name:t},...G.value.filter(
o=>o.id!==e)],xr(),mt(e)}var Wo=new Set;async function mt(e){if(Wo.has(e))return;Wo.add(e);let t,o=0,n=()=>We(e,{lines:t.
lines,more:t.more});try{for(;;){let i=await L("GET",`/api/batches/${e}`,{headers:R()});if(!_a(e))return;let{counts:r,run:a,
finishedAt:l}=i.body;We(e,{status:i.body,error:void 0}),t?.isOf(a)||(t=new Ut(e,a));let c=r.succeeded+r.failed+r.cancelled;
if(c!==o&&(await t.look(),n()),o=c,l)break;await Re(Number(i.headers.get("Retry-After"))||ma)}for(;await t.look(!0);)n()}catch(i){
We(e,{error:U(i)})}finally{Wo.delete(e)}}function _a(e){return G.value.find(t=>t.id===e)}async function Mr({id:e,name:t}){
try{st(await Mt(`/api/batches/${e}/results`,R()),`${t}.results.jsonl`)}catch(o){We(e,{error:U(o)})}}async function Pr(e){
await Dr(e,()=>L("DELETE",`/api/batches/${e}`,{headers:R()}))}async function Nr(e){await Dr(e,()=>L("POST","/api/batches",
{body:{retry:e},headers:R()})),We(e,{status:void 0,lines:void 0})}async function Dr(e,t){try{await t(),mt(e)}catch(o){We(
e,{error:U(o)})}}function Rr(e){G.value=G.value.filter(t=>t.id!==e),xr()}var Ur=function(e,t,o,n){var i;t[0]=0;for(var r=1;r<t.length;r++){var a=t[r++],l=t[r]?(t[0]|=a?1:2,o[t[r++]]):t[++r];a===
3?n[0]=l:a===4?n[1]=Object.assign(n[1]||{},l):a===5?(n[1]=n[1]||{})[t[++r]]=l:a===6?n[1][t[++r]]+=l+"":a?(i=e.apply(l,Ur(
e,l,o,["",null])),n.push(i),l[0]?t[0]|=2:(t[r-2]=0,t[r]=i)):n.push(l)}return n},Lr=new Map;function jr(e){var t=Lr.get(this);
return t||(t=new Map,Lr.set(this,t)),(t=Ur(this,t.get(e)||(t.set(e,t=(function(o){for(var n,i,r=1,a="",l="",c=[0],f=function(h){
r===1&&(h||(a=a.replace(/^\s*\n\s*|\s*\n\s*$/g,"")))?c.push(0,h,a):r===3&&(h||a)?(c.push(3,h,a),r=2):r===2&&a==="..."&&h?
c.push(4,h,0):r===2&&a&&!h?c.push(5,0,!0,a):r>=5&&((a||!h&&r===5)&&(c.push(r,0,a,i),r=6),h&&(c.push(r,h,0,i),r=6)),a=""},
d=0;d<o.length;d++){d&&(r===1&&f(),f(d));for(var m=0;m<o[d].length;m++)n=o[d][m],r===1?n==="<"?(f(),c=[c],r=3):a+=n:r===
4?a==="--"&&n===">"?(r=1,a=""):a=n+a[0]:l?n===l?l="":a+=n:n==='"'||n==="'"?l=n:n===">"?(f(),r=1):r&&(n==="="?(r=5,i=a,a=
""):n==="/"&&(r<5||o[d][m+1]===">")?(f(),r===3&&(c=c[0]),r=c,(c=c[0]).push(2,0,r),r=0):n===" "||n==="	"||n===`
`||n==="\r"?(f(),r=2):a+=n),r===3&&a==="!--"&&(r=4,c=c[0])}return f(),c})(e)),t),arguments,[])).length>1?t:t[0]}var u=jr.bind(kt);function be({error:e}){return u`<p class="error" role="alert">${je(te(e),Gt(e))} <${Ho} error=${e} /></p>`}function Ho({
error:{code:e,message:t}}){return u`<small lang="en"><code>${e}</code> ${t}</small>`}var ga=200;function qo({error:{code:e,field:t,provider:o},provider:n,model:i}){return te({code:e,field:t,provider:o,asked:{
provider:n,model:i}})}function Go({line:e,error:t,code:o,details:n}){return{line:e,error:{code:o,message:t,...n}}}function Jt({
lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Reason")}</th></tr></thead>
        <tbody>
          ${e.slice(0,ga).map(o=>u`
            <tr key=${`${o.line}-${o.copy}`}><th scope="row">${o.line}</th>
              <td>${qo(o)} <${Ho} error=${o.error} /></td></tr>`)}
        </tbody>
      </table>
    </div>
  `}var ya={again:"M20 11a8 8 0 1 0-2.3 6.3M20 4v7h-7",arrow:"M5 12h14M13 6l6 6-6 6",back:"M19 12H5M11 6l-6 6 6 6",brush:"M1\
4 4l6 6-8 8H6v-6zM4 20h16",check:"m5 13 4 4L19 7",close:"M6 6l12 12M18 6 6 18",code:"m8 7-5 5 5 5M16 7l5 5-5 5",copy:"M9\
 9h11v11H9zM5 15H4V4h11v1",die:"M5 5h14v14H5zM9 9h.01M15 9h.01M9 15h.01M15 15h.01M12 12h.01",download:"M12 4v11M7 11l5 5\
 5-5M5 20h14",enlarge:"M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",gauge:"M4 18a9 9 0 1 1 16 0M12 14l4-5",grid:"M4 4h7v7H4zM\
13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",key:"M21 3l-9.3 9.3M16 8l3 3M12.5 15.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0z",locked:"\
M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",moon:"M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10z",open:"M6 11h12v9H6zM8 11V8a4 4 0\
 0 1 7.5-2",spark:"M12 3v6M12 15v6M3 12h6M15 12h6M6 6l3 3M15 15l3 3M18 6l-3 3M9 15l-3 3",sun:"M12 8a4 4 0 1 0 0 8 4 4 0 \
0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",swap:"M4 8h1\
4M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",trash:"M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",upload:"M12 20V9M7 13l5-5 5 5M5 4h14",vary:"\
M4 7h3l10 10h3M4 17h3l3-3M14 10l3-3h3M17 4l3 3-3 3M17 14l3 3-3 3"};function $({name:e}){return u`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${ya[e]} /></svg>`}var zr=24,ba={planning:"Reading the file",running:"Running",completed:"Completed",cancelled:"Cancelled",failed:"Failed"};
function Fr({batch:e}){let{name:t,status:o,lines:n,error:i}=e,r=i??(o?.error&&qt(o.error));return u`
    <article class="batch" aria-label=${t}>
      <header><h3>${t}</h3><span class=${`badge ${o?.status??""}`} role="status">${s(ba[o?.status]??o?.status??"…")}</span></header>
      ${r&&u`<${be} error=${r} />`}
      ${o&&u`<${wa} status=${o} />`}
      <${Ea} batch=${e} />
      ${n&&u`<${Sa} batch=${e} />`}
    </article>
  `}function wa({status:e}){let{requests:t,succeeded:o,failed:n,invalid:i,running:r,pending:a,cancelled:l}=e.counts,c=t-
i,f=o+n-i+l,d=[s("{n} of {all} pictures",{n:o,all:c}),n>i&&s("{n} failed",{n:n-i}),i>0&&(i===1?s("1 wrong line"):s("{n} \
wrong lines",{n:i})),l&&s("{n} cancelled",{n:l}),r&&s("{n} running",{n:r}),a&&s("{n} to come",{n:a})],m=[e.rate>0&&s("{n\
} a minute",{n:(e.rate*60).toFixed(e.rate<.2?1:0)}),e.etaSeconds!==void 0&&s("about {time} left",{time:se(e.etaSeconds)}),
e.finishedAt&&s("took {time}",{time:se(e.finishedAt-e.startedAt)})];return u`
    <progress aria-label=${s("Progress")} max=${c||1} value=${f}></progress>
    <p class="counts">${d.filter(Boolean).join(" · ")}</p>
    <p class="hint">${m.filter(Boolean).join(" · ")}</p>
    ${(e.waitingFor??[]).map(h=>u`<p class="notice" key=${h.provider}>${ka(h)}</p>`)}
  `}function ka({provider:e,until:t,cause:o}){let n={provider:z({provider:e}).provider,time:t?Q(t):""};return{turn:()=>s(
"Waits for its turn: another batch is at work at {provider}.",n),quota:()=>s("The quota at {provider} is used up. Goes o\
n at {time}.",n),rest:()=>s("{provider} takes no calls at the moment. Goes on at {time}.",n),budget:()=>s("What this Eas\
el allows is used up for now. Goes on at {time}.",n)}[o]()}function Ea({batch:{id:e,name:t,status:o,lines:n,error:i}}){let r=!!o?.
finishedAt,a=r&&o.counts.succeeded<o.counts.requests-o.counts.invalid;return u`
    <div class="buttons">
      ${o&&!r&&u`<button type="button" onClick=${()=>Pr(e)}>${s("Cancel the batch")}</button>`}
      ${a&&u`<button type="button" onClick=${()=>Nr(e)}><${$} name="again" /> ${s("Run the rest again")}</button>`}
      ${r&&u`<button type="button" onClick=${()=>Mr({id:e,name:t})}><${$} name="download" /> ${s("Results as a file")}</button>`}
      ${!r&&n?.length>0&&u`<button type="button" onClick=${()=>st(xa(n),`${t}.results.jsonl`)}><${$} name="download" /> ${s(
"Results so far as a file")}</button>`}
      ${i&&u`<button type="button" onClick=${()=>mt(e)}>${s("Look again")}</button>`}
      <button type="button" class="quiet" onClick=${()=>Rr(e)}>${s("Remove from the list")}</button>
    </div>
  `}function xa(e){return new Blob(e.map(t=>`${JSON.stringify(t)}
`),{type:"application/x-ndjson"})}function Sa({batch:{lines:e,more:t,status:o}}){let[n,i]=Y(zr),r=e.filter(l=>l.status===
"succeeded"),a=e.filter(l=>l.status==="failed");return u`
    ${t&&u`<p class="hint">${s("These are the first {n} results; the file has all when the batch has ended.",{n:e.length})}</p>`}
    ${a.length>0&&u`
      <details open>
        <summary>${o.finishedAt?s("{n} without a picture",{n:a.length}):s("{n} without a picture so far",{n:a.length})}</summary>
        <${Jt} lines=${a} label=${s("Failed lines")} />
      </details>`}
    ${r.length>0&&u`
      <ul class="grid small">
        ${r.slice(0,n).map(l=>u`
          <li key=${l.jobId}><${Oa} line=${l} /></li>`)}
      </ul>
      ${r.length>n&&u`<button type="button" class="more" onClick=${()=>i(n+zr)}>${s("Show more")}</button>`}`}
  `}function Oa({line:e}){let{picturesNeedKey:t}=y.value,[o,n]=Y(t?null:ie(e.url));return J(()=>{if(!t)return;let i,r=!1;
return jo(e.url).then(a=>{!a||r||(i=URL.createObjectURL(a),n(i))}),()=>{r=!0,URL.revokeObjectURL(i)}},[]),o?u`<a href=${o} target="_blank" rel="noopener"><img src=${o} alt=${s(
"Line {n}",{n:e.line})} loading="lazy" /></a>`:null}function j({id:e,label:t,hint:o,error:n,children:i,beside:r,className:a=""}){return u`
    <div class=${`field ${a} ${n?"refused":""}`}>
      <div class="label"><label for=${e}>${t}</label>${r}</div>
      ${i}
      ${o&&!n&&u`<p class="hint" id=${`${e}-hint`}>${o}</p>`}
      ${n&&u`<p class="error" id=${`${e}-error`} role="alert">${n}</p>`}
    </div>
  `}function ne(e,t,o){return{"aria-describedby":t?`${e}-error`:o?`${e}-hint`:void 0,"aria-invalid":t?"true":void 0}}function Qt({
name:e,label:t,options:o,value:n,onChoose:i,className:r}){return u`
    <fieldset class=${`choice ${r}`}>
      <legend class=${r==="shapes"?"hidden":""}>${t}</legend>
      ${o.map(a=>u`
          <label key=${a.id} class=${a.id===n?"chosen":""}>
            <input type="radio" name=${e} value=${a.id} checked=${a.id===n} onChange=${()=>i(a.id)} />
            ${a.shape&&u`<${Ta} ...${a.shape} />`}
            <span>${a.name}${a.note&&u`<small>${a.note}</small>`}</span>
          </label>
        `)}
    </fieldset>
  `}function Ta({width:e,height:t}){let o=1.15/Math.max(e,t);return u`<span class="shape" style=${{width:`${e*o}rem`,height:`${t*
o}rem`}}></span>`}function V({title:e,className:t="",onClose:o,children:n}){let i=Oo(null);return J(()=>{let a=document.
activeElement;return i.current.showModal(),()=>a?.focus?.()},[]),u`
    <dialog ref=${i} class=${t} aria-label=${e} onClose=${o} onClick=${a=>a.target===i.current&&o()}>
      <div class="dialog-inside">
        <header>
          <h2>${e}</h2>
          <button type="button" class="quiet round" aria-label=${s("Close")} onClick=${o}><${$} name="close" /></button>
        </header>
        ${n}
      </div>
    </dialog>
  `}function Br({title:e,text:t,yes:o,onYes:n,onClose:i}){return u`
    <${V} title=${e} className="small" onClose=${i}>
      <p>${t}</p>
      <div class="buttons end">
        <button type="button" onClick=${i}>${s("Cancel")}</button>
        <button type="button" class="primary" onClick=${()=>{i(),n()}}>${o}</button>
      </div>
    <//>
  `}function ht({text:e,label:t,compact:o}){let[n,i]=Y(!1);return u`
    <button type="button" class=${o?"quiet round":"quiet"} title=${o?t:void 0} onClick=${async()=>{await navigator.clipboard.
writeText(e),i(!0),setTimeout(()=>i(!1),2e3)}}>
      <${$} name=${n?"check":"copy"} /> <span class=${o?"hidden":""} aria-live="polite">${n?s("Copied"):t}</span>
    </button>
  `}function Wr({id:e,label:t,tabs:o,value:n,onChoose:i}){return u`
    <div class="tabs" role="tablist" aria-label=${t} onKeyDown=${a=>{let l={ArrowRight:1,ArrowLeft:-1}[a.key];if(!l)return;
let c=o.findIndex(d=>d.id===n),f=o[(c+l+o.length)%o.length];i(f.id),document.getElementById(`${e}-${f.id}`).focus()}}>
      ${o.map(a=>u`
          <button key=${a.id} type="button" role="tab" id=${`${e}-${a.id}`} aria-controls=${`${e}-panel`}
            aria-selected=${String(a.id===n)} tabindex=${a.id===n?0:-1} onClick=${()=>i(a.id)}>
            ${a.name}
          </button>
        `)}
    </div>
  `}var He=v(null),Yt=v(!1);async function Vo(){He.value=null;let e=Date.now()/1e3;He.value=await Te("/api/quota",R()).then(
({providers:t})=>({providers:t,at:e}),t=>({error:U(t)}))}function Hr(){Yt.value=!0,Vo()}function Xt(){return E.value.access?u`<button type="button" onClick=${Hr}><${$} name="gauge" /> ${s("Quotas of this Ease\
l")}</button>`:null}function qr(){if(!Yt.value)return null;let{providers:e,error:t,at:o}=He.value??{};return u`
    <${V} title=${s("Quotas of this Easel")} className="quotas" onClose=${()=>{Yt.value=!1}}>
      <p class="hint">${s("What the tokens of this Easel still have. They draw for holders of a key and for batches.")}</p>
      ${!He.value&&u`<p role="status">${s("Asking the providers…")}</p>`}
      ${t&&u`<${be} error=${t} />`}
      ${e?.map(n=>u`<${Ca} key=${n.provider} ...${n} />`)}
      ${He.value&&u`
        <div class="buttons end">
          ${o&&u`<span class="hint">${s("As of {time}, at most a minute old",{time:Q(o)})}</span>`}
          <button type="button" onClick=${Vo}><${$} name="again" /> ${s("Look again")}</button>
        </div>`}
    <//>
  `}function Ca({provider:e,tokens:t,models:o,renewsAt:n,unknown:i}){let r=z({provider:e}).provider;return u`
    <section aria-label=${r}>
      <h3>${r}</h3>
      ${i?u`<p class="hint">${s("It does not answer at the moment. Look again.")}</p>`:t.length===0&&u`<p class="hint">${s(
"This Easel has no token for it.")}</p>`}
      <ul>${t.map(a=>u`<${Ia} key=${a.name} provider=${e} ...${a} />`)}</ul>
      ${o.map(a=>u`<p key=${a.model} class="hint">${Gr("{model} takes no calls until {time}.",e,a)} <${Ko} reason=${a.reason} /></p>`)}
      ${n&&u`<p class="hint">${s("Quotas of a day come back at {time}.",{time:Q(n)})}</p>`}
    </section>
  `}var Aa={usable:"usable",resting:"rests until {time}","used up":"used up until {time}"};function Ia({provider:e,name:t,
state:o,until:n,reason:i,refused:r,drawnToday:a,fullAfter:l,allowance:c}){let f=/^token (\d+)$/.exec(t)?.[1],d=l?s("{n} \
of about {all} pictures today",{n:a,all:l}):a===1?s("1 picture today"):s("{n} pictures today",{n:a});return u`
    <li>
      <p class="state"><b>${f?s("token {n}",{n:f}):t==="no token"?s("without a token"):t}</b>
        <span class=${`badge ${o==="usable"?"running":""}`}>${s(Aa[o],{time:n&&Q(n)})}</span></p>
      <p>${d}</p>
      ${c&&u`<p>${Pa(c)}</p>`}
      ${c?.total>0&&u`<progress aria-label=${s("Left")} max=${c.total} value=${Math.min(c.left,c.total)}></progress>`}
      ${i&&u`<p class="hint"><${Ko} reason=${i} /></p>`}
      ${r.map(m=>u`<p key=${m.model} class="hint">${Gr("Refused for {model} until {time}.",e,m)} <${Ko} reason=${m.reason} /></p>`)}
    </li>
  `}function Gr(e,t,{model:o,until:n}){return s(e,{model:z({provider:t,model:o}).model,time:Q(n)})}var Ma={magicubes:["{\
n} magicubes left","{n} of {all} magicubes left"],seconds:["{n} s of GPU time left","{n} of {all} s of GPU time left"],CNY:[
"{n} yuan left","{n} of {all} yuan left"]};function Pa({left:e,unit:t,total:o,resetsAt:n,readAt:i}){let[r,a]=Ma[t]??[`{n\
} ${t}`,`{n} / {all} ${t}`],l={n:e.toLocaleString(),all:o?.toLocaleString()},c=n?s("more at {time}",{time:Q(n)}):"";return[
s(o?a:r,l),c,s("read at {time}",{time:le(i)})].filter(Boolean).join(" · ")}function Ko({reason:e}){return u`<small lang="en">${e}</small>`}var Zt=v(!1),Na=`provider,model,prompt,width,height,count
gitee,z-image-turbo,a lighthouse at dawn,1024,768,2
huggingface,flux-1-schnell,a paper boat on a pond,,,1`;function Vr({onTokens:e}){return u`
    <div class="batches">
      <section aria-label=${s("New batch")}>
        <header><h2>${s("New batch")}</h2><${Xt} /></header>
        <p>${s("A file of prompts becomes pictures overnight: a CSV with a header, or JSON Lines with one request a line\
.")}</p>
        ${D.value?u`<${Ra} onTokens=${e} />`:u`<${Da} />`}
      </section>
      <section aria-label=${s("Batches")}>
        <h2>${s("Batches")}</h2>
        ${G.value.length===0&&u`<p class="hint">${s("Batches that you start here are listed here.")}</p>`}
        ${G.value.map(t=>u`<${Fr} key=${t.id} batch=${t} />`)}
      </section>
    </div>
  `}function Da(){let e=o=>o[0]&&Or(o[0]),t=o=>{o.preventDefault(),Zt.value=!1,e(o.dataTransfer.files)};return u`
    <label class=${Zt.value?"drop over":"drop"} onDragOver=${o=>{o.preventDefault(),Zt.value=!0}}
      onDragLeave=${()=>{Zt.value=!1}} onDrop=${t}>
      <${$} name="upload" />
      <span><b>${s("Choose a file")}</b> ${s("or drop it here")}</span>
      <input type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv" onChange=${o=>e(o.target.files)} />
    </label>
    <details>
      <summary>${s("What such a file looks like")}</summary>
      <pre tabindex="0"><code>${Na}</code></pre>
    </details>
  `}function Ra({onTokens:e}){let{file:t,preview:o,before:n,error:i}=D.value,r=E.value.access;return u`
    <div class="manifest">
      <p><b>${t.name}</b> <span class="hint">${s("{n} KB",{n:Math.max(1,Math.round(t.size/1024))})}</span></p>
      ${!o&&!i&&u`<p role="status">${s("Looking at the file…")}</p>`}
      ${i&&u`<${be} error=${i} />`}
      ${o&&u`<${La} />`}
      ${o&&!r&&u`
        <div class="notice"><p>${s("Starting a batch needs an Easel key.")}</p>
          <button type="button" onClick=${e}><${$} name="key" /> ${s("Enter the key")}</button></div>`}
      ${n&&u`<p class="notice" role="status">${ja(n)}</p>`}
      <${za} />
    </div>
  `}function La(){let{preview:{lines:e,invalid:t,counts:o,quota:n=[]},whole:i}=D.value,r={...o,good:o.lines-o.invalid,bad:o.
invalid},a=i?s("{good} lines ask for {pictures} pictures.",r):s("The first {lines} lines ask for {pictures} pictures; th\
e file is longer.",r);return u`
    <p role="status">${je(a,!o.invalid&&s("No line is wrong."),s("Nothing is spent yet."))}</p>
    ${n.map(l=>u`<${Ua} key=${l.provider} ...${l} />`)}
    ${o.invalid>0&&u`
      <details class="wrong">
        <summary>${o.invalid===1?s("1 line is wrong: see it"):s("{bad} lines are wrong: see them",r)}</summary>
        <${Jt} lines=${t.map(Go)} label=${s("Wrong lines")} />
      </details>`}
    <${Fa} lines=${e} label=${s("First lines")} />
    ${o.lines>e.length&&u`<p class="hint">${s("These are the first {n} lines.",{n:e.length})}</p>`}
  `}function Ua({provider:e,pictures:t,left:o,moreAt:n}){let i={provider:ae(e)?.name??e,n:o,all:t,time:n&&Q(n)};if(o===void 0)
return u`<p class="hint">${s("{provider}: how many of {all} today is not known.",i)}</p>`;let r=n?s("{provider}: {n} of \
{all} today, the rest after about {time}.",i):s("{provider}: {n} of {all} today, the rest when there is more.",i);return u`<p class="hint">${o>=
t?s("{provider}: all {all} today.",i):r}</p>`}function ja({createdAt:e,finishedAt:t,counts:o}){if(!t)return s("This file\
 was started at {time} and still runs.",{time:le(e)});let n={time:le(e),n:o.succeeded,all:o.requests-o.invalid,failed:o.
failed-o.invalid+o.cancelled};return s("This file has run before, at {time}: {n} of {all} pictures, {failed} without one\
. What do you want?",n)}function za(){let{preview:e,whole:t,before:o,starting:n}=D.value,r=!E.value.access||n,a=e?.counts.
pictures,l=a===1?s("Start 1 picture"):t?s("Start {n} pictures",{n:a}):s("Start the batch"),c=o?.finishedAt&&o.counts.failed+
o.counts.cancelled-o.counts.invalid;return u`
    <div class="buttons">
      ${a>0&&!o&&u`<button type="button" class="primary" disabled=${r} onClick=${()=>Kt()}>
        ${n?s("Starting…"):l}</button>`}
      ${o&&u`<button type="button" class="primary" onClick=${Ar}>${s("See that batch")}</button>`}
      ${c>0&&u`<button type="button" disabled=${r} onClick=${()=>Kt("rest")}>
        ${s("Run the {n} without a picture again",{n:c})}</button>`}
      ${o&&a>0&&u`<button type="button" disabled=${r} onClick=${()=>Kt("anew")}>
        ${s("Run all of it anew")}</button>`}
      <button type="button" onClick=${Tr}>${s("Other file")}</button>
    </div>
  `}function Fa({lines:e,label:t}){return u`
    <div class="scroll" tabindex="0" role="region" aria-label=${t}>
      <table>
        <thead><tr><th scope="col">${s("Line")}</th><th scope="col">${s("Prompt")}</th><th scope="col">${s("Model")}</th><th scope="col">${s(
"Size")}</th><th scope="col">${s("Pictures")}</th></tr></thead>
        <tbody>
          ${e.map(({line:o,request:n,error:i,count:r,warnings:a,...l})=>i?u`<tr key=${o} class="bad"><th scope="row">${o}</th><td colspan="4">${qo(
Go({line:o,error:i,...l}))}</td></tr>`:u`<tr key=${o}><th scope="row">${o}</th><td>${n.prompt}${a.map(c=>u`<small key=${c}>${c}</small>`)}</td>
                <td>${n.provider} / ${n.model}</td><td>${n.width} x ${n.height}</td><td>${r}</td></tr>`)}
        </tbody>
      </table>
    </div>
  `}var Ba=4e6,Wa=["image/png","image/jpeg","image/webp"],Ha=2048,Jr=new Map,eo=v(!1);function Qr({model:e}){if(!e.features.
edits)return null;let{image:t}=g.value,o=oe.value.image,n=e.features.needsImage?s("This model changes a picture"):s("Wit\
hout one it draws from the prompt alone"),i=r=>{r.preventDefault(),eo.value=!1,Kr(r.dataTransfer.files[0])};return u`
    <${j} id="image" label=${s("Picture to start from")} error=${o} hint=${!t&&n}>
      <label class=${eo.value?"drop source over":"drop source"} onDragOver=${r=>{r.preventDefault(),eo.value=!0}}
        onDragLeave=${()=>{eo.value=!1}} onDrop=${i}>
        ${t?u`<img src=${ie(t)} alt=${s("Picture to start from")} />`:u`<${$} name="upload" />`}
        <span><b>${t?s("Other file"):s("Choose a file")}</b> ${!t&&s("or drop it here")}</span>
        <input id="image" type="file" accept="image/*" ...${ne("image",o,!t&&n)} onChange=${r=>Kr(r.target.files[0])} />
      </label>
      ${t&&u`<button type="button" class="quiet" onClick=${()=>C({image:""})}><${$} name="close" /> ${s("Start without i\
t")}</button>`}
    <//>
  `}async function Kr(e){if(e)try{let t=await createImageBitmap(e),o=e.size<=Ba&&Wa.includes(e.type)?e:await qa(t),n=URL.
createObjectURL(o);Jr.set(n,o),Yr(n,t)}catch{ue.value={...ue.value,image:{code:"INVALID_PARAMS",field:"image",asked:g.value}}}}
function qa(e){let t=Math.min(1,Ha/Math.max(e.width,e.height)),o=document.createElement("canvas");return o.width=Math.round(
e.width*t),o.height=Math.round(e.height*t),o.getContext("2d").drawImage(e,0,0,o.width,o.height),new Promise(n=>o.toBlob(
n,"image/jpeg",.92))}function Yr(e,{width:t,height:o}){let n=T(g.value.provider,g.value.model);C({image:e,...ct({width:t,
height:o},n)})}function Xr(){return!!Zr()}function Zr(){return[T(g.value.provider,g.value.model),...y.value.models].filter(
o=>o?.features.edits&&ee(o.provider))[0]}function ei({url:e,details:t}){let o=Zr();(o.id!==g.value.model||o.provider!==g.
value.provider)&&Ae(o);let[n,i]=t.dimensions.match(/\d+/g).map(Number);Yr(new URL(ie(e),location.href).href,{width:n,height:i})}
async function ti(e){if(!e.image?.startsWith("blob:"))return e;let t=Jr.get(e.image);if(!t)throw new Z(400,{error:"the p\
icture to start from is not there any more",code:"INVALID_PARAMS",details:{field:"image"}});return{...e,image:await Ga(t)}}
function Ga(e){return new Promise((t,o)=>{let n=new FileReader;n.onload=()=>t(n.result),n.onerror=()=>o(n.error),n.readAsDataURL(
e)})}var Va=3,Ka=[.5,1],Ja=2,W=v([]),to=X(()=>W.value.filter(e=>e.state!=="failed")),oo=v(""),Jo=0;function qe(e,t){W.value=W.
value.map(o=>o.key===e?{...o,...t}:o),Qo()}function Qo(){q("jobs",W.value)}function B(e){return W.value.find(t=>t.key===
e)}function re(e){W.value=W.value.filter(t=>t.key!==e),Qo()}function oi(){W.value=F("jobs",[]).map(e=>e.state==="sending"?
{...e,state:"waiting"}:e),W.value.filter(e=>e.jobId&&e.state!=="failed").forEach(e=>ai(e.key)),Xo()}function Ge(e,{group:t,
place:o,onRefused:n}={}){Yo(e.map((i,r)=>({path:"/api/generate",asked:i,group:t,place:o??r})),n)}function ni(e,t){let{url:o,
details:n}=e,i={provider:"huggingface",model:"upscaler",prompt:n.prompt,url:o,scale:t};Yo([{path:"/api/upscale",asked:i,
group:e.group}])}function Yo(e,t){let o=Date.now(),n=e.map(i=>({...i,key:Pt(),state:"waiting",since:o}));n.forEach(i=>ri.
set(i.key,t)),W.value=[...W.value,...n],Qo(),Xo()}var ri=new Map;function Xo(){for(;Jo<Va;){let e=W.value.find(t=>t.state===
"waiting");if(!e)return;Jo+=1,qe(e.key,{state:"sending",since:Date.now()}),Qa(e).finally(()=>{Jo-=1,Xo()})}}async function Qa({
key:e,path:t,asked:o}){let{provider:n}=o,i={...er(n),Prefer:"respond-async","Idempotency-Key":e};try{let r=t==="/api/ups\
cale"?{url:o.url,scale:o.scale}:await ti(o),a=await ii(()=>L("POST",t,{body:r,headers:i}));if(!B(e))return;qe(e,{state:"\
queued",jobId:a.body.jobId}),ai(e)}catch(r){B(e)&&ri.get(e)?.(U(r,o))?re(e):Zo(e,r)}}async function ii(e){for(let t=1;;t+=
1)try{return await e()}catch(o){if(!(o instanceof Z&&o.passing)||t===4)throw o;await Re(t)}}function Zo(e,t){let o=U(t,B(
e)?.asked);qe(e,{state:"failed",error:o}),oo.value=te(o)}async function ai(e){let t=rt();for(let o=0;B(e)?.jobId;o+=1){let n;
try{n=await ii(()=>L("GET",`/api/jobs/${B(e).jobId}`,{headers:t}))}catch(i){if(i.status===0&&B(e)){await Re(5);continue}
B(e)&&Zo(e,i);return}if(t["If-None-Match"]=n.headers.get("ETag"),!B(e)||n.body&&await Ya(e,n.body))return;await Re(Ka[o]??
Ja)}}async function Ya(e,t){if(t.status==="failed")return Zo(e,qt(t)),!0;if(t.status!=="succeeded"){let c=B(e).begun??(t.
status==="running"?Date.now():void 0);return qe(e,{state:t.status,progress:t.progress,begun:c}),!1}let{asked:o,group:n,place:i}=B(
e),{imageDetails:r,format:a,warnings:l}=t;return await ir({id:t.jobId,asked:o,group:n,place:i,details:r,format:a,warnings:l,
url:r.url,createdAt:t.createdAt}),re(e),oo.value=`${r.model}: ${r.dimensions}, ${ze(r.duration)}`,!0}async function si(e){
let{jobId:t,state:o}=B(e);if(o==="waiting"||!t)return re(e);try{let{body:n}=await L("DELETE",`/api/jobs/${t}`,{headers:rt()});
if(!B(e))return;n.cancelled?re(e):qe(e,{tooLate:!0})}catch{B(e)&&qe(e,{tooLate:!0})}}function en(e){let{path:t,asked:o,group:n,
place:i}=B(e);re(e),Yo([{path:t,asked:o,group:n,place:i}])}var no=v(null);function ro(e){return!e.code.startsWith("INVALID_")||!document.getElementById(e.field)?!1:(ue.value={...ue.
value,[e.field]:e},!0)}function Me(e,t={}){let[{provider:o,prompt:n}]=e;if(!n.trim())return ro({code:"INVALID_PROMPT",field:"\
prompt",asked:e[0]});let i=()=>{Ge(e,{onRefused:ro,...t}),window.matchMedia("(max-width: 60rem)").matches&&document.querySelector(
".gallery").scrollIntoView()};return ee(o)?i():io(fe()?"access":o,i,e)}function io(e,t,o){no.value={name:e,go:t,requests:o}}
function li(){if(!no.value)return null;let{name:e,go:t,requests:o}=no.value,n=e==="access"?null:ae(e),i=n&&o&&kr(),r=()=>{
no.value=null},a=c=>{c.preventDefault(),E.value[e]&&(r(),dt(["Authorization",n?.authHeader]),t())},l=n?s("A token for {p\
rovider}",{provider:n.name}):s("Easel key");return u`
    <${V} key=${e} title=${l} className="small" onClose=${r}>
      <form class="ask" onSubmit=${a}>
        <p>${n?s("{provider} draws on your own account there. Get a token, paste it here, and your picture begins.",{provider:n.
name}):fe()?s("This Easel draws for those who have a key. Its owner gives you one."):s("A key of this Easel pays with to\
kens of its own. Its owner gives you one.")}</p>
        <${j} id="asked-token" label=${n?s("Token"):s("Easel key")} hint=${s("It stays in this tab, and goes to this Eas\
el only.")}
          beside=${n&&u`<a href=${n.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get a token")} ↗</a>`}>
          <input id="asked-token" type="password" autocomplete="off" spellcheck="false" autofocus aria-describedby="asked-token-hint"
            value=${E.value[e]??""} onInput=${c=>Rt(e,c.target.value)} />
        <//>
        <button class="primary large" disabled=${!E.value[e]}>${o?s("Save and draw"):s("Save and try again")}</button>
      </form>
      ${i&&u`
        <p class="or"><span>${s("or")}</span></p>
        <button type="button" class="large free" onClick=${()=>{r(),Xa(i,o)}}>
          <${$} name="spark" /> ${s("Draw with {provider}, without a token",{provider:i.name})}</button>`}
      ${n&&u`
        <button type="button" class="quiet" onClick=${()=>io("access",t,o)}><${$} name="key" /> ${s("I have an Easel key")}</button>`}
    <//>
  `}function Xa({id:e},t){let o=T(t[0].provider,t[0].model)?.family,n=pe(e).find(r=>r.family===o)??pe(e)[0],i=t.map(r=>Ie(
n,{...g.value,...r},r.seed??""));Be(i[0]),Me(i)}var Za=500,Ve=v(null),ao=0;async function es(){ao+=1;let e=ao,t=await Te("/api/key",R()).then(o=>({facts:o}),o=>({error:U(
o)}));e===ao&&(Ve.value=t)}function ui(){let e;H(()=>{let{access:t}=E.value,o=t!==e;if(e=t,to.value.length,ao+=1,o&&(Ve.
value=null),!t)return;let n=setTimeout(es,Za);return()=>clearTimeout(n)})}var ts=()=>[["picturesToday",s("Pictures today")],["picturesThisMonth",s("Pictures this month")],["callsThisMinute",s("C\
alls this minute")],["callsAtOnce",s("Pictures under way")]];function ci(){if(!Ve.value)return null;let{facts:e,error:t}=Ve.
value;return t?u`<${be} error=${t} />`:u`
    <section class="use" aria-label=${s("What the key allows")}>
      <p><b>${e.name}</b>${e.expiresAt?` · ${s("until {time}",{time:le(e.expiresAt)})}`:""} · ${e.batches?s("batches t\
oo"):s("no batches")}</p>
      ${e.models.join()!=="*"&&u`<p class="hint">${s("Models: {models}",{models:e.models.join(", ")})}</p>`}
      <dl>
        ${ts().map(([o,n])=>u`<${os} key=${o} label=${n} ...${e.use[o]} />`)}
      </dl>
      <div class="buttons"><${Xt} /></div>
    </section>
  `}function os({label:e,used:t,limit:o,resetsAt:n}){let i=o?s("{n} of {all}",{n:t,all:o}):String(t);return u`
    <dt>${e}</dt>
    <dd>
      ${i}${o>0&&t>=o&&n?`, ${s("again from {time}",{time:le(n)})}`:""}
      ${o>0&&u`<progress aria-label=${e} max=${o} value=${Math.min(t,o)}></progress>`}
    </dd>
  `}function di(){let e=Ve.value?.facts?.use;if(!e)return null;let t=[e.picturesToday,e.picturesThisMonth].filter(i=>i?.
limit);if(!t.length)return null;let{left:o,resetsAt:n}=t.reduce((i,r)=>r.left<i.left?r:i);return u`<p class="hint" role="status">${s(
"Pictures left of your key until {time}: {n}",{n:o,time:le(n)})}</p>`}function fi({onClose:e}){return u`
    <${V} title=${s("Tokens")} onClose=${e}>
      <form class="tokens" method="dialog">
        <p class="hint">${s("Tokens stay in this tab and go to this Easel only, in a header. Easel stores none of them.")}</p>
        ${y.value.providers.map(t=>u`<${pi} key=${t.id} name=${t.id} header=${t.authHeader} label=${t.name} beside=${u`
            <a href=${t.tokenUrl} target="_blank" rel="noopener noreferrer">${s("Get one")}</a>`}
            hint=${Ce(t)?s("Needed unless an Easel key pays; sent as {header}",{header:t.authHeader}):s("Optional: witho\
ut one there is less to use")} />`)}
        <${pi} name="access" header="Authorization" label=${s("Easel key")}
          hint=${fe()?s("Needed here; the owner of this Easel gives you one"):s("Lets you use the tokens of this Easel, \
and run batches")} />
        <${ci} />
        <label class="check">
          <input type="checkbox" checked=${Le.value} onChange=${t=>Xn(t.target.checked)} />
          <span>${s("Keep them on this device, also after the tab is closed")}</span>
        </label>
        <div class="buttons end">
          <button type="button" onClick=${Zn}>${s("Forget all")}</button>
          <button class="primary">${s("Done")}</button>
        </div>
      </form>
    <//>
  `}function pi({name:e,header:t,label:o,hint:n,beside:i}){let r=`token-${e}`,a=l=>{Rt(e,l.target.value),dt([t])};return u`
    <${j} id=${r} label=${o} hint=${n} beside=${i}>
      <input id=${r} type="password" autocomplete="off" spellcheck="false" aria-describedby=${`${r}-hint`}
        value=${E.value[e]??""} onInput=${a} />
    <//>
  `}var mi=[{id:"curl",name:"curl",write:ns},{id:"python",name:"Python",write:rs},{id:"openai",name:"OpenAI SDK",write:is,feature:"\
openai"},{id:"javascript",name:"JavaScript",write:as}];function tn(e){return Lt(e)?"your-easel-key":`your-${e}-token`}function on({
provider:e}){if(Lt(e))return{Authorization:`Bearer ${tn(e)}`};let t=ae(e);return t?.requiresAuth?{[t.authHeader]:tn(e)}:
{}}function ns(e,t){let o=r=>`'${r.replaceAll("'","'\\''")}'`,n={...on(e),"Content-Type":"application/json"};return[`cur\
l -L ${o(`${t}/api/generate`)}`,...Object.entries(n).map(([r,a])=>`-H ${o(`${r}: ${a}`)}`),`-d ${o(JSON.stringify(e))}`].
join(` \\
  `)}function so(e,t){if(e===null||typeof e!="object")return JSON.stringify(e);let o=Object.entries(e).map(([n,i])=>`${t}\
    ${JSON.stringify(n)}: ${so(i,`${t}    `)},
`);return o.length?`{
${o.join("")}${t}}`:"{}"}function rs(e,t){return`import httpx

answer = httpx.post(
    "${t}/api/generate",
    headers=${so(on(e),"    ")},
    json=${so(e,"    ")},
    timeout=60,
    follow_redirects=True,
)
answer.raise_for_status()
job = answer.json()
while job.get("status") in ("queued", "running"):  # it takes longer than one call may
    job = httpx.get(f"${t}/api/jobs/{job['jobId']}", params={"wait": 20}, timeout=60).json()
print(job["imageDetails"]["url"] if "imageDetails" in job else job["error"])
`}function is(e,t){let{provider:o,model:n,prompt:i,width:r,height:a,...l}=e;return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key=${JSON.stringify(tn(o))})
answer = client.images.generate(
    model=${JSON.stringify(`${o}/${n}`)},
    prompt=${JSON.stringify(i)},
    size="${r}x${a}",
    extra_body=${so(l,"    ")},
)
print(answer.data[0].url)
`}function as(e,t){let o=i=>JSON.stringify(i,null,2).replaceAll(`
`,`
  `),n={...on(e),"Content-Type":"application/json"};return`const answer = await fetch("${t}/api/generate", {
  method: "POST",
  headers: ${o(n)},
  body: JSON.stringify(${o(e)}),
});
let job = await answer.json();
while (["queued", "running"].includes(job.status)) { // it takes longer than one call may
  job = await (await fetch(\`${t}/api/jobs/\${job.jobId}?wait=20\`)).json();
}
console.log(job.imageDetails?.url ?? job.error);
`}function ss(e){return e.image?.startsWith("blob:")?{...e,image:"https://example.com/cat.png"}:e}function lo({id:e,request:t}){
let o=mi.filter(({feature:a})=>!a||Nt(a)),[n,i]=Y(o[0].id),r=o.find(a=>a.id===n).write(ss(t),location.origin);return u`
    <div class="code">
      <div class="code-head">
        <${Wr} id=${e} label=${s("Programming language")} tabs=${o} value=${n} onChoose=${i} />
        <${ht} text=${r} label=${s("Copy")} compact />
      </div>
      <pre id=${`${e}-panel`} role="tabpanel" aria-labelledby=${`${e}-${n}`} tabindex="0"><code>${r}</code></pre>
    </div>
  `}var he=v(null),Ke=v(null),hi=e=>!he.value||e.group===he.value,vi=X(()=>W.value.filter(hi).reverse()),uo=X(()=>ye.value.filter(
hi));function ls({prompt:e,seed:t,width:o,height:n}){let i=(r,a)=>/^\d+$/.test(String(r).trim())&&Number(r)<=a;return e.length>
4e3?{code:"INVALID_PROMPT",field:"prompt"}:t!==""&&!i(t,Bt)?{code:"INVALID_PARAMS",field:"seed"}:i(o,1/0)?i(n,1/0)?null:
{code:"INVALID_DIMENSIONS",field:"height"}:{code:"INVALID_DIMENSIONS",field:"width"}}function $i({values:e,onRefused:t,onClose:o}){
let n=d=>`${d.provider} ${d.id}`,i=y.value.models.filter(d=>ee(d.provider)&&pt(d,e)),[r,a]=Y(()=>new Set(i.map(n))),l=d=>a(
m=>{let h=new Set(m);return h.delete(n(d))||h.add(n(d)),h}),c=()=>{o();let d=ls(e);if(d)return t({...d,asked:e});let m=e.
seed===""?ft():e.seed,h=i.filter(_=>r.has(n(_))),p=Pt();Ge(h.map(_=>Ie(_,e,m)),{group:p}),he.value=p,document.querySelector(
".gallery").scrollIntoView()},f=e.prompt.trim();return u`
    <${V} title=${s("Same prompt on several models")} onClose=${o}>
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
            ${ee(d.id)?"":u`<p class="hint">${s("{provider} needs a token of yours.",{provider:d.name})}</p>`}
            ${pe(d.id).filter(m=>pt(m,e)).map(m=>u`
              <label key=${m.id} class="check">
                <input type="checkbox" disabled=${!ee(d.id)} checked=${r.has(n(m))} onChange=${()=>l(m)} />
                <span>${m.name}<small>${us(m,e)}</small></span>
              </label>`)}
          </fieldset>`)}
      </div>
      <div class="buttons end">
        <button type="button" onClick=${o}>${s("Cancel")}</button>
        <button type="button" class="primary" disabled=${!r.size||!f} onClick=${c}>${s("Generate {n} pictures",{n:r.size})}</button>
      </div>
    <//>
  `}function us(e,t){let{width:o,height:n}=Ie(e,t,0);return[ut(t,{width:o,height:n})?"":`${o} × ${n}`,e.features.seed?"":
s("picks its own seed")].filter(Boolean).join(" · ")}function _i({model:e}){let{width:t,height:o}=g.value,n=hr(e).map(m=>({...m,id:m.name,shape:m})),i=n.find(m=>ut(g.value,m)),
r=m=>{let h=n.find(p=>p.id===m);C({width:h.width,height:h.height})},a=oe.value,l=a.width??a.height,c=e.sizes.step?s("{mi\
n} to {max} pixels, in steps of {step}",e.sizes):s("{min} to {max} pixels",e.sizes),f=e.sizes.only?s("this model makes t\
hese sizes only"):c,d=(m,h)=>u`
    <input id=${m} aria-label=${h} type="number" inputmode="numeric" min=${e.sizes.min} max=${e.sizes.max} step=${e.sizes.
step??1}
      value=${g.value[m]} readOnly=${!!e.sizes.only} ...${ne("width",a[m],f)}
      onInput=${p=>C({[m]:p.target.value})} />`;return u`
    <${j} id="width" label=${s("Size")} error=${l} beside=${u`
      <span class="hint" id="width-hint">${f}</span>
      <span class="sides">
        ${d("width",s("Width"))}
        <button type="button" class="quiet round" aria-label=${s("Swap width and height")} title=${s("Swap width and hei\
ght")}
          onClick=${()=>C({width:o,height:t})}><${$} name="swap" /></button>
        ${d("height",s("Height"))}
      </span>`}>
      <${Qt} name="ratio" label=${s("Aspect ratio")} options=${n} value=${i?.id} onChoose=${r} className="shapes" />
    <//>
  `}var nn=v(!1),rn=v(!1);function yi(){let e=g.value,t=T(e.provider,e.model),o=oe.value;J(()=>{document.querySelector(".req\
uest [aria-invalid]")?.focus()},[Object.keys(o).join()]);let n=r=>{r?.preventDefault(),Me(Ht(e))};return u`
    <form class="request" onSubmit=${n} onKeyDown=${r=>{r.key==="Enter"&&(r.ctrlKey||r.metaKey)&&n(r)}} noValidate aria-label=${s(
"Picture")}>
      <${cs} model=${t} />
      <${ps} model=${t} />
      <${_i} model=${t} />
      <div class="knobs">
        <${gi} name="steps" whole=${!t.features.guidanceScale} label=${s("Steps")} limits=${t.features.steps} step="1" />
        ${t.features.guidanceScale&&u`<${gi} name="guidanceScale" label=${s("Guidance")} limits=${t.features.guidanceScale} step="0.1" />`}
        <${fs} />
        <${ms} />
        ${lt().map(r=>u`<${hs} key=${r.name} field=${r} />`)}
      </div>
      <div class="go">
        <${di} />
        <div class="buttons">
          <button type="submit" class="primary" title="Ctrl + ↵">${s("Generate")}</button>
          <button type="button" onClick=${()=>{nn.value=!0}}><${$} name="grid" /> ${s("Compare models")}</button>
          <button type="button" onClick=${()=>{rn.value=!0}}><${$} name="code" /> ${s("Code")}</button>
        </div>
      </div>
      ${rn.value&&u`
        <${V} title=${s("Code of this call")} onClose=${()=>{rn.value=!1}}><${lo} id="form-code" request=${Wt(e)} /><//>`}
      ${nn.value&&u`<${$i} values=${e} onRefused=${ro} onClose=${()=>{nn.value=!1}} />`}
    </form>
  `}function cs({model:e}){let{prompt:t,negativePrompt:o}=g.value,n=oe.value;return u`
    <${j} id="prompt" label=${s("Prompt")} error=${n.prompt} beside=${u`<span class="hint">${t.length} / 4000</span>`}>
      <textarea id="prompt" rows=${e.features.edits?2:3} value=${t} placeholder=${s("What should be in the picture?")} ...${ne(
"prompt",n.prompt)}
        onInput=${i=>C({prompt:i.target.value})}></textarea>
    <//>
    <div class="pair">
      <${Qr} model=${e} />
      ${e.features.negativePrompt&&u`
        <${j} id="negativePrompt" label=${s("Not in the picture")} error=${n.negativePrompt}>
          <textarea id="negativePrompt" rows="1" value=${o} placeholder=${s("low quality, blurry")} ...${ne("negativePro\
mpt",n.negativePrompt)}
            onInput=${i=>C({negativePrompt:i.target.value})}></textarea>
        <//>`}
    </div>
  `}function ds(e){return y.value.emulated.includes(e.id)?s("emulated"):fe()&&!E.value.access?s("needs an Easel key"):E.
value[e.id]?s("your token"):E.value.access?s("your Easel key"):Ce(e)?s("needs a token"):s("no token needed")}function ps({
model:e}){let t=oe.value,o=Dt(e).map(a=>z({provider:a.provider}).provider),i=[s("usually {time}",{time:se(e.typicalSeconds)}),
o.length?s("also at {providers}",{providers:o.join(", ")}):"",e.features.seed?"":s("picks its own seed")].filter(Boolean).
join(" · "),r=y.value.providers.map(a=>({id:a.id,name:a.name,note:ds(a)}));return u`
    <${Qt} name="provider" label=${s("Provider")} options=${r} value=${e.provider} onChoose=${yr} className="providers" />
    <${j} id="model" label=${s("Model")} error=${t.model??t.provider} beside=${u`<span class="hint" id="model-hint">${i}</span>`}>
      <select id="model" value=${e.id} ...${ne("model",t.model,i)}
        onChange=${a=>Ae(T(e.provider,a.target.value))}>
        ${pe(e.provider).map(a=>u`<option key=${a.id} value=${a.id} selected=${a.id===e.id}>${a.name}</option>`)}
      </select>
    <//>
  `}function gi({name:e,label:t,limits:o,step:n,whole:i}){let r=g.value[e],a=oe.value[e],l=c=>C({[e]:c.target.value});return u`
    <${j} id=${e} label=${t} error=${a} className=${i?"whole":""} beside=${u`<span class="hint">${o.min} – ${o.max}</span>`}>
      <div class="knob">
        <input type="range" aria-label=${s("{label}, slider",{label:t})} min=${o.min} max=${o.max} step=${n} value=${r} onInput=${l} />
        <input id=${e} type="number" inputmode="decimal" min=${o.min} max=${o.max} step=${n} value=${r} onInput=${l} ...${ne(
e,a)} />
      </div>
    <//>
  `}function fs(){let{seed:e}=g.value,t=oe.value.seed,o=e!=="";return u`
    <${j} id="seed" label=${s("Seed")} error=${t}>
      <div class="seed">
        <input id="seed" type="text" inputmode="numeric" value=${e} placeholder=${s("random")} ...${ne("seed",t)}
          onInput=${n=>C({seed:n.target.value})} />
        <button type="button" class="quiet round" aria-label=${s("Roll a seed")} title=${s("Roll a seed")} onClick=${()=>C(
{seed:ft()})}><${$} name="die" /></button>
        <button type="button" class="quiet round" aria-pressed=${String(o)} aria-label=${s("Keep the seed")} title=${s("\
Keep the seed")}
          onClick=${()=>C({seed:o?"":ft()})}><${$} name=${o?"locked":"open"} /></button>
      </div>
    <//>
  `}function ms(){return u`
    <${j} id="count" label=${s("Pictures")}>
      <select id="count" value=${g.value.count} onChange=${e=>C({count:Number(e.target.value)})}>
        ${Array.from({length:$r},(e,t)=>u`<option key=${t} value=${t+1} selected=${g.value.count===t+1}>${t+1}</option>`)}
      </select>
    <//>
  `}function hs({field:e}){let{name:t,description:o}=e,n=g.value[t]??"",i=oe.value[t],r={id:t,...ne(t,i,o)},a=f=>C({[t]:f.
target.value}),l=String(e.default??""),c=n===""?e.default===!0:n;return u`
    <${j} id=${t} label=${mr(e)} error=${i} hint=${o}>
      ${e.enum?u`
        <select ...${r} value=${n} onChange=${a}>
          <option value="">${l}</option>
          ${e.enum.filter(f=>f!==l).map(f=>u`<option key=${f} value=${f} selected=${f===n}>${f}</option>`)}
        </select>`:e.type==="boolean"?u`
        <input ...${r} type="checkbox" checked=${c} onChange=${f=>C({[t]:f.target.checked})} />`:u`
        <input ...${r} type=${Ft(e)?"number":"text"} step=${e.type==="integer"?1:"any"} min=${e.minimum} max=${e.maximum}
          placeholder=${l} value=${n} onInput=${a} />`}
    <//>
  `}var vs=()=>[s("a paper boat on a quiet lake at dawn"),s("a lighthouse in a storm, oil painting"),s("a rainy city street \
at night, neon signs"),s("a fox asleep in a snowy forest"),s("an astronaut resting on the moon"),s("mountains above the \
clouds, ink wash")];function bi(){let e=t=>{C({prompt:t}),Me(Ht(g.value))};return u`
    <div class="empty">
      <h2>${s("Say what you want to see.")}</h2>
      <p>${s("Write a prompt and generate, or begin with one of these: a click draws it.")}</p>
      <ul class="samples">
        ${vs().map((t,o)=>u`
          <li key=${o}><button type="button" class="sample" onClick=${()=>e(t)}><span class=${`sample-picture at-${o}`}></span><span>${t}</span></button></li>`)}
      </ul>
      <p class="hint">${s("The samples are drawn by Easel's own emulator. Your pictures stay in this browser.")}</p>
    </div>
  `}function $s(e){return["width","height","size"].includes(e)?s("Pick another size"):{prompt:s("Edit the prompt"),model:s("\
Choose another model")}[e]??s("Change it")}function _s(e,t){Be(e.asked),re(e.key),requestAnimationFrame(()=>{let o=document.
getElementById(t)??document.getElementById("prompt");o.focus(),o.scrollIntoView({block:"center"})})}function gs(e,t){let{
asked:o,group:n,place:i}=e;Me([Ie(t,{...g.value,...o},o.seed??"")],{group:n,place:i}),re(e.key)}function wi({job:e}){let{
error:t,key:o,asked:n}=e,i=wr(t),r=Gt(t),[a,l]=t.field==="Authorization"?["access",s("Enter the key")]:[n.provider,s("En\
ter a token")];return u`
    <p class="error">${te(t)}</p>
    ${r&&u`<p class="hint">${r}</p>`}
    <div class="buttons">
      ${i.token&&u`<button type="button" onClick=${()=>io(a,()=>en(o))}><${$} name="key" /> ${l}</button>`}
      ${i.edit&&!n.url&&u`<button type="button" onClick=${()=>_s(e,i.edit)}>${$s(i.edit)}</button>`}
      ${i.again&&u`<button type="button" onClick=${()=>en(o)}><${$} name="again" /> ${s("Try again")}</button>`}
      ${i.elsewhere.map(c=>u`
        <button key=${c.provider} type="button" onClick=${()=>gs(e,c)}>${s("Use {provider}",z({provider:c.provider}))}</button>`)}
      <button type="button" class="quiet round dismiss" aria-label=${s("Dismiss")} title=${s("Dismiss")} onClick=${()=>re(
o)}><${$} name="close" /></button>
    </div>
    <details class="why"><summary><code>${t.code}</code></summary><p class="hint" lang="en">${t.message}</p></details>
  `}var Ei=v(Date.now()),ki;H(()=>{clearInterval(ki),to.value.length&&(ki=setInterval(()=>{Ei.value=Date.now()},500))});function xi({
job:e}){let t=z(e.asked),o=e.asked.scale?s("Upscaling"):t.model;return u`
    <article class=${`job ${e.state}`} aria-label=${`${o}: ${e.asked.prompt??""}`}>
      <p class="prompt">${e.asked.prompt}</p>
      <div class="job-foot">
        <p><b>${o}</b> <span>${t.provider}</span></p>
        ${e.state==="failed"?u`<${wi} job=${e} />`:u`<${ys} job=${e} />`}
      </div>
    </article>
  `}function ys({job:e}){let{text:t,share:o}=bs(e,Ei.value);return u`
    <p class="state">${t}</p>
    <progress aria-label=${s("Progress")} ...${o===null?{}:{value:o,max:1}}></progress>
    ${e.tooLate?u`<p class="hint">${s("It has begun, so its provider finishes it.")}</p>
          <button type="button" class="quiet" onClick=${()=>re(e.key)}>${s("Do not wait for it")}</button>`:u`<button type="button" class="quiet" onClick=${()=>si(
e.key)}>${s("Cancel")}</button>`}
  `}function bs(e,t){let{queuePosition:o,etaSeconds:n,percent:i}=e.progress??{},r=n===void 0?"":s("about {time} left",{time:se(
n)});if(i!==void 0)return{text:an(`${i} %`,r),share:i/100};if(o!==void 0)return{text:an(s("in the provider's queue: {n}",
{n:o}),r),share:null};if(e.state==="waiting")return{text:s("waits for its turn"),share:null};let a=Math.max(0,t-(e.begun??
e.since))/1e3;if(e.state!=="running")return{text:s("handed over"),share:null};let l=T(e.asked.provider,e.asked.model)?.typicalSeconds??
20,c=s("{time}, usually {usual}",{time:se(a),usual:se(l)});return{text:an(c,r),share:Math.min(.95,a/l)}}function an(...e){
return e.filter(Boolean).join(" · ")}var sn=v(!1),Si=60,ln=v(Si);function Oi(){let e=uo.value,t=vi.value,o=he.value,n=[...t,...e.slice(0,ln.value)];o&&n.sort(
(r,a)=>r.place-a.place);let i=()=>jt(e.map(r=>r.id));return u`
    <section class="gallery" aria-label=${s("Pictures")}>
      <${xs} />
      <div class="gallery-head">
        <h2 class=${n.length?"":"hidden"}>${o?s("Comparison"):s("Pictures")} <span class="count">${e.length||""}</span></h2>
        <div class="buttons">
          ${o&&u`<button type="button" onClick=${()=>{he.value=null}}><${$} name="back" /> ${s("All pictures")}</button>`}
          ${e.length>0&&u`
            <button type="button" onClick=${()=>cr(e)}><${$} name="download" /> ${s("Download all")}</button>
            <button type="button" class="quiet" onClick=${()=>{sn.value=!0}}><${$} name="trash" /> ${s("Remove all")}</button>`}
        </div>
      </div>
      ${at.value&&u`<p class="notice">${s(at.value)}</p>`}
      ${!e.length&&!t.length&&u`<${bi} />`}
      <ul class=${`grid rows ${o?"comparing":""}`}>
        ${n.map(r=>u`<${ks} key=${r.key??r.id} entry=${r} />`)}
      </ul>
      ${e.length>ln.value&&u`
        <button type="button" class="more" onClick=${()=>{ln.value+=Si}}>${s("Show more")}</button>`}
      ${sn.value&&u`
        <${Br} title=${s("Remove all pictures?")} yes=${s("Remove")} onYes=${i} onClose=${()=>{sn.value=!1}}
          text=${s("{n} pictures are removed from this browser. Their links live on until the deployment removes them.",
{n:e.length})} />`}
    </section>
  `}function ws(e,t){return Math.min(2.4,Math.max(.5,e/t||1))}function ks({entry:e}){let{details:t,asked:o}=e,[n,i]=t?t.
dimensions.split(" x ").map(parseFloat):[o.width,o.height];return u`
    <li class=${e.state?"under-way":""} style=${{"--ratio":ws(n,i)}}>
      ${e.state?u`<${xi} job=${e} />`:u`<${Es} picture=${e} width=${n} height=${i} />`}
    </li>
  `}function Es({picture:e,width:t,height:o}){let{details:n,asked:i}=e;return u`
    <button type="button" class="tile" onClick=${()=>{Ke.value=e.id}}>
      <img src=${Ue(e)} alt=${i.prompt??""} width=${t} height=${o} loading="lazy" decoding="async" />
      <span class="which">${n.model}<small>${n.provider}</small></span>
      <span class="caption"><span class="prompt">${i.prompt}</span><span><b>${n.model}</b> <span>${n.provider} · ${ze(n.
duration)}</span></span></span>
    </button>
  `}function xs(){let{emulated:e,localKey:t,providers:o}=y.value;if(!e.length)return null;let n=e.length===o.length,i=e.
map(a=>z({provider:a}).provider).join(", "),r=n?s("Pictures are emulated here: no provider is asked, nothing is spent, a\
nd any token works."):s("Emulated here, so that any token works: {names}.",{names:i});return u`<p class="emulated"><${$} name="spark" /> <span>${je(
r,t&&E.value.access===t&&s("Tokens are filled in."))}</span></p>`}function Ti(){let e=uo.value,t=e.findIndex(n=>n.id===Ke.value);if(t<0)return null;let o=n=>{e[n]&&(Ke.value=e[n].id)};return u`<${Ss} key="viewer" picture=${e[t]} onStep=${n=>o(
t+n)} first=${t===0} last=${t===e.length-1} />`}function Ss({picture:e,onStep:t,first:o,last:n}){let[i,r]=Y(!1);J(()=>r(
!1),[e.id]),J(()=>{let f=d=>{d.target.closest("input, textarea, select, [role=tablist], pre")||(d.key==="ArrowRight"&&t(
1),d.key==="ArrowLeft"&&t(-1))};return document.addEventListener("keydown",f),()=>document.removeEventListener("keydown",
f)});let a=()=>{Ke.value=null},{asked:l,details:c}=e;return u`
    <${V} title=${`${c.model}, ${c.provider}`} className="viewer" onClose=${a}>
      <div class="viewer-inside">
        <div class=${i?"stage zoomed":"stage"} tabindex=${i?0:-1}>
          <button type="button" class="zoom" aria-pressed=${String(i)} aria-label=${s("Zoom to full size")} onClick=${()=>r(
!i)}>
            <img src=${Ue(e)} alt=${l.prompt??""} />
          </button>
        </div>
        <div class="facts">
          <nav class="buttons" aria-label=${s("Other pictures")}>
            <button type="button" class="quiet round" disabled=${o} aria-label=${s("Newer picture")} onClick=${()=>t(-1)}><${$} name="back" /></button>
            <button type="button" class="quiet round" disabled=${n} aria-label=${s("Older picture")} onClick=${()=>t(1)}><${$} name="arrow" /></button>
          </nav>
          <${Os} picture=${e} close=${a} />
          <${Ts} picture=${e} />
          ${l.scale?null:u`<h3>${s("Code")}</h3><${lo} id="viewer-code" request=${l} />`}
        </div>
      </div>
    <//>
  `}function Os({picture:e,close:t}){let{asked:o,details:n}=e,i={...o,seed:n.seed},{seed:r,...a}=o,l=c=>()=>{t(),c()};return u`
    <div class="buttons actions">
      <button type="button" onClick=${()=>ur(e)}><${$} name="download" /> ${s("Download")}</button>
      ${o.scale?null:u`
        <button type="button" onClick=${l(()=>Be(i))}><${$} name="again" /> ${s("Again with this")}</button>
        <button type="button" onClick=${l(()=>Ge([a]))}><${$} name="vary" /> ${s("Vary the seed")}</button>`}
      ${[2,4].map(c=>u`
        <button key=${c} type="button" onClick=${l(()=>ni(e,c))}><${$} name="enlarge" /> ${s("Upscale {scale}×",{scale:c})}</button>`)}
      ${Xr()&&u`<button type="button" onClick=${l(()=>ei(e))}><${$} name="brush" /> ${s("Use this picture")}</button>`}
      ${e.group&&u`
        <button type="button" onClick=${l(()=>{he.value=e.group})}><${$} name="grid" /> ${s("Show the comparison")}</button>`}
      <${ht} text=${new URL(ie(e.url),location.href).href} label=${s("Copy link")} />
      <${ht} text=${JSON.stringify(Fo(e),null,2)} label=${s("Copy parameters")} />
      <button type="button" class="quiet" onClick=${l(()=>jt([e.id]))}><${$} name="trash" /> ${s("Remove")}</button>
    </div>
  `}function Ts({picture:e}){let{asked:t,details:o,format:n,warnings:i}=e,r=t.width?`${t.width} x ${t.height}`:"",a=[[s(
"Size"),r,o.dimensions],[s("Seed"),t.seed??s("random"),o.seed],[s("Steps"),t.steps??"",o.steps],[s("Guidance"),t.guidanceScale??
"",""],[s("Time"),"",ze(o.duration)],[s("Format"),"",n]],l=t.scale?[[s("Scale"),`${t.scale}×`,o.dimensions],...a.slice(
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
  `}var co=v(location.hash==="#batches"?"batches":"pictures"),un=v(!1),Ci=v(!1);window.addEventListener("hashchange",()=>{co.
value=location.hash==="#batches"?"batches":"pictures"});function Cs(){if(J(()=>{document.title=co.value==="batches"?`${s(
"Batches")} · Easel`:"Easel"}),nt.value)return u`<${Is} />`;if(!Ci.value)return u`<p class="loading" role="status">${s(
"Loading…")}</p>`;let e=()=>{un.value=!0};return u`
    <${As} onTokens=${e} />
    <main>
      ${co.value==="batches"?u`<${Vr} onTokens=${e} />`:u`<div class="pictures"><${yi} /><${Oi} /></div>`}
    </main>
    <p class="hidden" role="status">${oo.value}</p>
    <${Ti} />
    <${li} />
    ${un.value&&u`<${fi} onClose=${()=>{un.value=!1}} />`}
    <${qr} />
  `}function As({onTokens:e}){let t=(n,i,r)=>u`<a href=${i} aria-current=${co.value===n?"page":void 0}>${r}</a>`,o=me.value===
"zh"?{id:"en",name:"English",lang:"en"}:{id:"zh",name:"中文",lang:"zh-Hans"};return u`
    <header class="head">
      <h1><a href="#"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 3v4M10.5 21 7 29M21.5 21l3.5 8M16 21v6" /><rect x="5" y="7" width="22" height="14" rx="2" /><path d="m8.5 18 5-5.5 4 4 2.5-2.5 3.5 4" /></svg>Easel</a></h1>
      <nav aria-label=${s("Views")}>
        ${t("pictures","#",s("Pictures"))}
        ${Nt("batches")&&t("batches","#batches",s("Batches"))}
        <a href="/docs">API</a>
      </nav>
      <div class="buttons">
        <button type="button" class="quiet" onClick=${e}><${$} name="key" /> <span class="wide">${s("Tokens")}</span><span class="hidden narrow">${s(
"Tokens")}</span></button>
        <button type="button" class="quiet" lang=${o.lang} onClick=${()=>fr(o.id)}>${o.name}</button>
        <button type="button" class="quiet round" aria-pressed=${String(ge.value)} aria-label=${s("Dark")} onClick=${Gn}><${$} name=${ge.
value?"sun":"moon"} /></button>
      </div>
    </header>
  `}function Is(){return u`
    <main class="empty" role="alert">
      <p>${te(U(nt.value))}</p>
      <button type="button" class="primary" onClick=${Ai}>${s("Try again")}</button>
    </main>
  `}async function Ai(){await Promise.all([Jn(),rr()]),y.value&&(Yn(),gr(),Ci.value=!0,oi(),Sr(),ui())}kn(u`<${Cs} />`,document.
getElementById("app"));Ai();
